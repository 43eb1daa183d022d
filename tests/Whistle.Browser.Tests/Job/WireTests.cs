using System.Text;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>What an employer's network, or a live server, could read of the whole job.</summary>
[Collection<JobTests>]
public sealed class WireTests(World world, TheJob job)
{
    [Fact]
    public async Task No_request_of_any_browser_carries_content_words_passphrases_or_secret_keys()
    {
        await job.DoAsync(world);
        var secrets = Sentinels.Content.Select(Secrets.Of)
            .Concat(job.Sentences.Select(Secrets.Of))
            .Concat(Secrets.Words(job.Words))
            .Concat(await Secrets.KeysAsync(world, job)).ToList();
        Assert.Contains(secrets, s => s.Name is "the case key");
        Assert.Contains(secrets, s => s.Name is "the root key");
        // What a browser of the desk keeps for the next opening is sealed too: the reviewer's has what was read for the search.
        var kept = new Secrets.Search(secrets);
        Assert.All(job.Kept, k => Assert.True(kept.In(k.Bytes).Count == 0, $"The browser of {k.Person} keeps {string.Join(", ", kept.In(k.Bytes))}"));
        var index = Assert.Single(job.Kept, k => Encoding.Latin1.GetString(k.Bytes).Contains("search-index", StringComparison.Ordinal));
        Assert.Equal((world.Reviewer.Name, true), (index.Person, index.Bytes.Length > 65_536));

        var requests = world.Proxy.Requests.ToList();
        Assert.Contains(requests, r => r.Url is "/api/source/tips");
        var search = new Secrets.Search(secrets);
        foreach (var request in requests)
        {
            var found = search.In(Bytes(request));
            Assert.True(found.Count == 0, $"{request.Method} {request.Url} carries {string.Join(", ", found)}");
        }
    }

    /// <summary>The source's envelope went up with the tip and came down once: to the custodian, who was asked.</summary>
    [Fact]
    public async Task The_envelope_with_the_source_s_name_comes_down_to_the_custodian_alone()
    {
        await job.DoAsync(world);
        var tip = Whistle.Protocol.Intake.TipBody.Parse(world.Proxy.Requests.First(r => r.Url is "/api/source/tips").Body).Require();
        var envelope = new Secrets.Search([new("the envelope", [.. Needles.Of(tip.Identity[6000..6064].ToArray())])]);
        var carriers = world.Proxy.Answers.Where(a => envelope.In(a.Body).Count > 0).ToList();
        Assert.EndsWith("/envelope", Assert.Single(carriers).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_crosses_the_wire_in_the_clear_only_when_it_is_released()
    {
        await job.DoAsync(world);
        var harmless = new Secrets.Search([Secrets.Of(Sentinels.Harmless)]);
        var carriers = world.Proxy.Requests.Where(r => harmless.In(Bytes(r)).Count > 0).ToList();
        var only = Assert.Single(carriers);
        Assert.Equal("POST", only.Method);
        Assert.EndsWith("/approve", only.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_of_a_source_goes_without_cookies_and_referrer()
    {
        await job.DoAsync(world);
        var requests = world.Proxy.Requests.Where(r => string.Equals(r.Headers["User-Agent"], Sentinels.UserAgent, StringComparison.Ordinal)).ToList();
        Assert.Contains(requests, r => r.Url is "/api/source/tips");
        foreach (var request in requests)
        {
            Assert.False(request.Headers.ContainsKey("Cookie"), request.Url);
            Assert.False(request.Headers.ContainsKey("Referer"), request.Url);
            Assert.DoesNotContain(job.CaseId, request.Url, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("in a body", "xx marmoset-5512 yy", "")]
    [InlineData("in an address", "", "/api/x?marmoset-5512")]
    public void The_search_finds_what_is_there(string where, string body, string url)
    {
        var search = new Secrets.Search([Secrets.Of("marmoset-5512")]);
        foreach (var encode in new Func<string, byte[]>[]
        {
            Encoding.UTF8.GetBytes,
            Encoding.Unicode.GetBytes,
            t => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(t))),
            t => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + t))),
            t => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + t)).Replace('+', '-').Replace('/', '_')),
            t => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(t))),
        })
        {
            var request = new RecordedRequest("POST", url.Length == 0 ? "/" : url, new Dictionary<string, string>(), body.Length == 0 ? [] : encode(body), false);
            Assert.True(search.In(Bytes(request)).Count == 1, where);
        }
    }

    private static byte[] Bytes(RecordedRequest request) =>
        [.. Encoding.UTF8.GetBytes(request.Url + "\n" + string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}")) + "\n"), .. request.Body];
}
