using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;

namespace Whistle.Server.Pipeline;

/// <summary>
/// Third: opens a unit of work around Authorise and the handler, and saves it with its audit entry and waiting log entries,
/// or saves only what <see cref="UnitOfWork.Keep"/> marked. The answer leaves after the writer's transaction is on disk.
/// </summary>
internal sealed class CommitBehaviour<TRequest, TResponse>(WhistleDb db, UnitOfWork unit, Writer writer)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var isPrepared = request is IPrepared { IsPrepared: true };
        if (request is IQuery && isPrepared)
            return await next();
        if (request is IQuery)
        {
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            try
            {
                return await next();
            }
            finally
            {
                // A command may follow in this scope; untracked, its changes would be lost without a word.
                db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;
            }
        }
        if (isPrepared && request is IAudited)
            throw new InvalidOperationException($"{typeof(TRequest).FullName} would lose its audit entry.");
        try
        {
            return await writer.RunAsync(isPrepared ? null : db, async () =>
            {
                var response = await next();
                if (response.Refusal is not null)
                    return (response, UnitEnd.OnlyKept);
                if (request is IAudited audited)
                    unit.Audit(audited.AuditName);
                return (response, UnitEnd.All);
            }, unit, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return TResponse.Refuse(Refusal.Stale);
        }
    }
}
