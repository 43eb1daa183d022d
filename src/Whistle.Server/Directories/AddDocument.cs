using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Documents;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>Stores a questionnaire, texts or taxonomy under the hash of its exact bytes. It is in force only where a signed directory names it.</summary>
internal static class AddDocument
{
    public sealed record Answer(Hash32 Hash, string Kind);

    public sealed record Command(byte[] Bytes) : IRequest<Outcome<Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Bytes).Custom((bytes, context) =>
        {
            if (DocumentSet.FaultOf(bytes) is { } code)
                context.AddFailure(new FluentValidation.Results.ValidationFailure("document", code) { ErrorCode = code });
        });
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var hash = Hash32.Of(request.Bytes);
            var kind = DocumentSet.KindOf(request.Bytes) switch
            {
                Protocol.Documents.DocumentKind.Questionnaire => DocumentKind.Questionnaire,
                Protocol.Documents.DocumentKind.Texts => DocumentKind.Texts,
                _ => DocumentKind.Taxonomy,
            };
            if (!await db.Set<Document>().AnyAsync(d => d.Hash == hash, cancellationToken))
            {
                db.Add(new Document(hash, kind, request.Bytes));
                unit.Audit("document.added", hash.ToString());
            }
            return new Answer(hash, kind switch
            {
                DocumentKind.Questionnaire => "questionnaire",
                DocumentKind.Texts => "texts",
                _ => "taxonomy",
            });
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/documents", async Task<Results<Created<Answer>, Problem>> (HttpRequest request, IMediator mediator, CancellationToken ct) =>
        {
            if (!request.HasJsonContentType())
                return Problem.Of(new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"));
            using var bytes = new MemoryStream();
            await request.Body.CopyToAsync(bytes, ct);
            var outcome = await mediator.Send(new Command(bytes.ToArray()), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithName(nameof(AddDocument))
        .WithMetadata(new BodyLimit(DocumentSet.MaxLength));
}
