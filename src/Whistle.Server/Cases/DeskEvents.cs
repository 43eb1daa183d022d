using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>
/// How far the cases are that a person has claimed: moved by every act of the team on one of them but looking at it, and by
/// what a batch releases of the source. An unclaimed case moves nothing.
/// </summary>
internal static class ReadChanges
{
    public sealed record Query : IRequest<Outcome<Position>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    /// <summary>Each number grows, as long as the cases are the same: two that are alike say that nothing changed.</summary>
    public sealed record Position(int Cases, long Versions, int Acts, int Letters, int Gone);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Query, Outcome<Position>>
    {
        public async Task<Outcome<Position>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var mine = db.Set<Claim>().Where(c => c.Member == me && !c.Recused).Select(c => c.Case);
            var cases = await db.Set<Case>().Where(c => mine.Contains(c.Id)).GroupBy(_ => 1)
                .Select(g => new { Count = g.Count(), Versions = g.Sum(c => (long)c.Version + c.SheetVersion), Gone = g.Sum(c => c.SourceGone ? 1 : 0) })
                .FirstOrDefaultAsync(cancellationToken);
            if (cases is null)
                return new Position(0, 0, 0, 0, 0);
            var acts = await db.Set<AuditEntry>().CountAsync(
                e => e.Case != null && mine.Contains(e.Case.Value) && e.Act != "case.read" && e.Act != "file.opened", cancellationToken);
            var letters = await db.Set<Message>().CountAsync(m => mine.Contains(m.Case) && m.Direction == Direction.Source && m.Released, cancellationToken);
            return new Position(cases.Count, cases.Versions, acts, letters, cases.Gone);
        }
    }
}

/// <summary>
/// Tells an open desk that something about its claimed cases changed, as server-sent events (WHATWG HTML, 9.2), and nothing
/// else: not which case, not what, not how often. Everybody gets as many bytes at the same fixed times, whether something
/// changed or not, so that neither the moment of an act nor that there was one is seen on the wire.
/// </summary>
internal sealed class DeskEvents(IServiceScopeFactory scopes, IOptions<WhistleOptions> options, TimeProvider clock, IHostApplicationLifetime lifetime)
{
    /// <summary>Streams of one person at a time: the oldest one ends where another comes.</summary>
    private const int MostOfOne = 4;

    private static readonly byte[] s_changed = Encoding.ASCII.GetBytes("data: changed\n\n");
    private static readonly byte[] s_nothing = Encoding.ASCII.GetBytes(": nothing new\n\n");

    /// <summary>Milliseconds until a desk comes back after its stream ended: five of one person do not push each other out all the time.</summary>
    private static readonly byte[] s_first = Encoding.ASCII.GetBytes("retry: 300000\n\n");

    private readonly Lock _gate = new();
    private readonly Dictionary<PersonId, List<CancellationTokenSource>> _open = [];

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/events", async Task<IResult> (HttpContext http, IMediator mediator, DeskEvents events, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new ReadChanges.Query(), ct);
            return outcome.Refused(out var problem) ? problem : new Stream(events, outcome.Value);
        })
        .Produces<string>(200, "text/event-stream").WithName("ReadDeskEvents").Answers(401, 404);

    /// <summary>Until the reader or the server goes, or the session does not hold any more.</summary>
    private async Task WriteAsync(HttpContext http, ReadChanges.Position seen)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var person = MemberClaim.Of(http.User)!.Value;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        Enter(person, end);
        try
        {
            await SendAsync(http, s_first, end.Token);
            while (true)
            {
                await Task.Delay(UntilNext(), clock, end.Token);
                if (await LookAsync(http, end.Token) is not { } now)
                    return;
                await SendAsync(http, now == seen ? s_nothing : s_changed, end.Token);
                seen = now;
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            Leave(person, end);
        }
    }

    /// <summary>The same moments for everybody, whenever they came.</summary>
    private TimeSpan UntilNext()
    {
        var tick = TimeSpan.FromSeconds(options.Value.EventSeconds).Ticks;
        return TimeSpan.FromTicks(tick - (clock.GetUtcNow().UtcTicks % tick));
    }

    /// <summary>Asked anew each time, role and listing and session: what ends one ends the stream. Null where nobody may look any more.</summary>
    private async Task<ReadChanges.Position?> LookAsync(HttpContext http, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (!await DeskSession.HoldsAsync(http.User, scope.ServiceProvider.GetRequiredService<WhistleDb>(), clock, ct))
            return null;
        var outcome = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReadChanges.Query(), ct);
        return outcome.Refusal is null ? outcome.Value : null;
    }

    private static async Task SendAsync(HttpContext http, byte[] bytes, CancellationToken ct)
    {
        await http.Response.Body.WriteAsync(bytes, ct);
        await http.Response.Body.FlushAsync(ct);
    }

    private void Enter(PersonId person, CancellationTokenSource stream)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(person, out var mine))
                _open[person] = mine = [];
            mine.Add(stream);
            if (mine.Count > MostOfOne)
            {
                // In here it cannot be disposed of meanwhile: it leaves first, which takes the same lock.
                _ = mine[0].CancelAsync();
                mine.RemoveAt(0);
            }
        }
    }

    private void Leave(PersonId person, CancellationTokenSource stream)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(person, out var mine) && mine.Remove(stream) && mine.Count == 0)
                _open.Remove(person);
        }
    }

    private sealed class Stream(DeskEvents events, ReadChanges.Position seen) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => events.WriteAsync(httpContext, seen);
    }
}
