using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Mailbox;

/// <summary>An object of attachments of the source's own thread.</summary>
internal static class FetchAttachment
{
    public sealed record Query(MailboxToken? Token, UploadId Id) : IRequest<Outcome<AttachmentBytes>>, IFromSource, IQuery
    {
        public bool NeedsMailbox => true;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, AttachmentReader attachments) : IRequestHandler<Query, Outcome<AttachmentBytes>>
    {
        public async Task<Outcome<AttachmentBytes>> Handle(Query request, CancellationToken cancellationToken)
        {
            var about = await db.Set<SourceMailbox>().Where(m => m.Id == actor.Mailbox)
                .Select(m => (CaseId?)m.Case).FirstOrDefaultAsync(cancellationToken);
            return about is { } id ? await attachments.FindAsync(id, request.Id, isDesk: false, cancellationToken) : Refusal.SessionOver;
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/mailbox/attachments/{id}", async Task<IResult> (
            UploadId id, HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(MailboxToken.Of(http), id), ct);
            return outcome.Refused(out var problem) ? problem : outcome.Value;
        })
        .Produces<byte[]>(200, "application/octet-stream").WithName("FetchMailboxAttachment").Answers(401, 404);
}
