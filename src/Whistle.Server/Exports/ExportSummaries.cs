using FluentValidation;
using MediatR;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.Exports;

/// <summary>
/// Hands the filtered released summaries out as a file. The file is made from released text alone, opened again and
/// compared (<see cref="ExportScan"/>), entered into the ledger, and only then sent; otherwise nothing leaves.
/// </summary>
internal static class ExportSummaries
{
    public sealed record Body(string Format, string? From = null, string? To = null, string? Channel = null, string? Category = null, string? Text = null)
    {
        public override string ToString() => "(filter)";
    }

    /// <summary>Makes and scans the file beside the writer: a long document must not hold up a tip.</summary>
    public sealed record Make(string Format, SummaryFilter Filter) : IRequest<Outcome<Made>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    public sealed record Made(byte[] File, string ContentType, int Rows, bool IsClean)
    {
        public override string ToString() => "(export)";
    }

    /// <summary>Enters what is about to leave into the ledger, or the refusal into the audit trail.</summary>
    public sealed record Command(string Format, int Rows, Hash32 Sha256, bool IsClean) : IRequest<Outcome<RowId>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class MakeValidator : AbstractValidator<Make>
    {
        public MakeValidator()
        {
            RuleFor(m => m.Format).Must(f => f is "csv" or "json" or "pdf").WithErrorCode("format-unknown");
            RuleFor(m => m.Filter).SetValidator(new SummaryFilter.Validator());
        }
    }

    internal sealed class MakeHandler(WhistleDb db, IEnumerable<IExportWriter> writers) : IRequestHandler<Make, Outcome<Made>>
    {
        public async Task<Outcome<Made>> Handle(Make request, CancellationToken cancellationToken)
        {
            var rows = await request.Filter.FindAsync(db, cancellationToken);
            // The last one registered, as the container itself would choose.
            var writer = writers.Last(w => string.Equals(w.Format, request.Format, StringComparison.Ordinal));
            var file = writer.Write(rows);
            return new Made(file, writer.ContentType, rows.Count, ExportScan.IsClean(request.Format, file, rows));
        }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Rows).GreaterThanOrEqualTo(0);
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, Actor actor, TimeProvider clock) : IRequestHandler<Command, Outcome<RowId>>
    {
        public Task<Outcome<RowId>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (!request.IsClean)
            {
                unit.Keep(unit.Audit("export.refused", request.Format));
                return Task.FromResult<Outcome<RowId>>(Refusal.Conflict("export-scan-failed"));
            }
            var record = new ExportRecord(
                NewId.Of<RowId>(), clock.GetUtcNow().ToUnixTimeSeconds(), actor.Member.Id, request.Format, request.Rows, request.Sha256);
            db.Add(record);
            unit.Audit("export.made", record.Id.ToString());
            unit.Log(PublicEntry.Export(record.Id.ToString(), request.Sha256).ToBytes());
            return Task.FromResult<Outcome<RowId>>(record.Id);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/exports", async Task<Results<FileContentHttpResult, Problem>> (Body body, IMediator mediator, HttpContext http, CancellationToken ct) =>
        {
            var made = await mediator.Send(new Make(body.Format, new SummaryFilter(body.From, body.To, body.Channel, body.Category, body.Text)), ct);
            if (made.Refused(out var problem))
                return problem;
            var file = made.Value.File;
            var entered = await mediator.Send(new Command(body.Format, made.Value.Rows, Hash32.Of(file), made.Value.IsClean), ct);
            if (entered.Refused(out problem))
                return problem;
            http.Response.Headers["X-Whistle-Export"] = entered.Value.ToString();
            return TypedResults.File(file, made.Value.ContentType, $"summaries.{body.Format}");
        })
        .WithName(nameof(ExportSummaries));
}
