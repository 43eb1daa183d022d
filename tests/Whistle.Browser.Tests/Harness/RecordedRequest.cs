using System.Globalization;
using Microsoft.Playwright;

namespace Whistle.Browser.Tests.Harness;

/// <summary>What a page sent, as the browser knows it.</summary>
/// <param name="Body">The bytes of the body; empty where there is none.</param>
/// <param name="BodyIsUnknown">The browser sent a body that it does not show (a Blob or a stream).</param>
public sealed record RecordedRequest(
    string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool BodyIsUnknown)
{
    internal static async Task<RecordedRequest> OfAsync(IRequest request)
    {
        var headers = await request.AllHeadersAsync();
        var body = request.PostDataBuffer;
        var announced = headers.TryGetValue("content-length", out var length)
            ? long.Parse(length, CultureInfo.InvariantCulture)
            : 0;
        return new RecordedRequest(request.Method, request.Url, headers, body ?? [], body is null && announced > 0);
    }
}
