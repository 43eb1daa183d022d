using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Whistle.Server.Pipeline;

/// <summary>
/// A refusal as an RFC 9457 problem document: <c>status</c>, <c>title</c>, <c>code</c>, for validation errors
/// <c>fields</c>, and nothing else. The same refusal gives the same bytes.
/// </summary>
internal sealed class Problem(Refusal refusal) : IResult, IEndpointMetadataProvider
{
    public const string ContentType = "application/problem+json";

    private sealed record Document(int Status, string Title, string Code, IReadOnlyList<FieldError>? Fields);

    public Refusal Refusal { get; } = refusal;

    public static Problem Of(Refusal refusal) => new(refusal);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesProblem());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new Document(Refusal.Status, Title(Refusal.Status), Refusal.Code, Refusal.Fields), StrictJson.Options);
        httpContext.Response.StatusCode = Refusal.Status;
        httpContext.Response.ContentType = ContentType;
        httpContext.Response.ContentLength = bytes.Length;
        await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    /// <summary>Tells OpenAPI that any status may carry a problem document.</summary>
    private sealed class ProducesProblem : IProducesResponseTypeMetadata
    {
        public Type? Type => typeof(Document);

        public int StatusCode => StatusCodes.Status400BadRequest;

        public IEnumerable<string> ContentTypes => [ContentType];
    }
}

internal static class OutcomeAnswers
{
    /// <summary>Says in OpenAPI which refusals an endpoint has.</summary>
    public static RouteHandlerBuilder Answers(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces(status, null, Problem.ContentType);
        return endpoint;
    }

    /// <summary><c>if (outcome.Refused(out var problem)) return problem;</c></summary>
    public static bool Refused<T>(this Outcome<T> outcome, out Problem problem)
    {
        problem = outcome.Refusal is null ? null! : Problem.Of(outcome.Refusal);
        return outcome.Refusal is not null;
    }
}
