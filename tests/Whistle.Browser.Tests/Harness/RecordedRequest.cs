using System.Globalization;
using System.Text;
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

    /// <summary>
    /// None of these requests carries a secret, raw, as UTF-16, Base64, hex or percent-encoded, in its address,
    /// headers or body; and there are requests, and each body is known, so that this says something.
    /// </summary>
    public static void AssertNoneCarries(IReadOnlyCollection<RecordedRequest> requests, params string[] secrets)
    {
        Assert.NotEmpty(requests);
        Assert.NotEmpty(secrets);
        foreach (var request in requests)
        {
            Assert.False(request.BodyIsUnknown, $"{request.Method} {request.Url}: the body can't be read, so it proves nothing");
            var head = Encoding.UTF8.GetBytes(request.Url + "\n" + string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}")));
            foreach (var (secret, form) in secrets.SelectMany(s => Needles.Of(s).Select(f => (s, f))))
            {
                Assert.False(
                    request.Body.AsSpan().IndexOf(form) >= 0 || head.AsSpan().IndexOf(form) >= 0,
                    $"{request.Method} {request.Url} carries “{secret}”");
            }
        }
    }
}
