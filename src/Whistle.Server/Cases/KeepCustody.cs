using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>
/// Enters into the trail that a person read a case or fetched one of its objects, once a day each: the list of custody that
/// whoever holds the case sees (ISO 37002 §8.4). The entry is on disk before the first byte is sent.
/// </summary>
internal static class KeepCustody
{
    /// <param name="File">The object that was fetched; absent where the case was read.</param>
    public sealed record Command(CaseId Case, UploadId? File) : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Read;
    }

    public sealed record Answer;

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(Custody custody, UnitOfWork unit) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await custody.HasTodayAsync(request.Case, request.File, cancellationToken))
                return new Answer();
            if (request.File is { } file)
                unit.Audit("file.opened", file.ToString());
            else
                unit.Audit("case.read");
            return new Answer();
        }
    }
}

/// <summary>What the trail already says of today.</summary>
internal sealed class Custody(WhistleDb db, Actor actor, TimeProvider clock)
{
    public Task<bool> HasTodayAsync(CaseId about, UploadId? file, CancellationToken ct)
    {
        var me = actor.Member.Id;
        var since = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeSeconds();
        var act = file is null ? "case.read" : "file.opened";
        var subject = file?.ToString();
        return db.Set<AuditEntry>().AnyAsync(e => e.Case == about && e.Act == act && e.Actor == me && e.Subject == subject && e.At >= since, ct);
    }
}
