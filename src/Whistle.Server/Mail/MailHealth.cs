using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Mail;

/// <summary>
/// Whether mail and webhook get through, for the operator's monitoring: <c>off</c>, <c>ok</c> or <c>failing</c>, and nothing
/// on what, to whom or how much. It is no part of <c>/health/ready</c>: a portal whose mail fails takes reports all the same.
/// </summary>
internal sealed class MailHealth(IServiceScopeFactory scopes, IOptions<WhistleOptions> options)
{
    private volatile bool _mailFailed;
    private volatile bool _webhookFailed;

    /// <summary>A round of sending is over.</summary>
    public void MailEnded(bool isWell) => _mailFailed = !isWell;

    /// <summary>The webhook was called.</summary>
    public void WebhookEnded(bool isWell) => _webhookFailed = !isWell;

    internal static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/health/mail", static (MailHealth health, CancellationToken ct) => health.ShowAsync(ct)).WithName("Mail");

    private async Task<ContentHttpResult> ShowAsync(CancellationToken ct)
    {
        if (!OutboxJob.HasAnybody(options.Value))
            return TypedResults.Text("off");
        // What failed before a restart, or on another node, stands in the outbox.
        await using var scope = scopes.CreateAsyncScope();
        var isFailing = _mailFailed || _webhookFailed
            || await scope.ServiceProvider.GetRequiredService<WhistleDb>().Set<OutgoingMessage>().AnyAsync(m => m.Failures > 0, ct);
        return isFailing ? TypedResults.Text("failing", statusCode: StatusCodes.Status503ServiceUnavailable) : TypedResults.Text("ok");
    }
}
