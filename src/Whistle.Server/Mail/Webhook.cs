using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;
using Whistle.Server.Log;

namespace Whistle.Server.Mail;

/// <summary>The morning's signal to a machine: the same bytes every working day, and nothing in them to read.</summary>
internal sealed class Webhook(IOptions<WhistleOptions> options) : IDisposable
{
    private static readonly byte[] s_body = Encoding.ASCII.GetBytes("""{"v":1,"kind":"morning"}""");

    private readonly HttpClient _http = LogErrand.NewClient();

    /// <summary>Null where it was taken with a status of 200 to 299; else why not, without the address.</summary>
    public async Task<string?> TryCallAsync(CancellationToken ct)
    {
        try
        {
            using var body = new ByteArrayContent(s_body);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _http.PostAsync(new Uri(options.Value.Webhook!), body, ct);
            return answer.IsSuccessStatusCode ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError.ToString();
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return "Timeout";
        }
    }

    public void Dispose() => _http.Dispose();
}
