using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests;

/// <summary>Anyone may build the client from the repository and compare: the same bytes, served as they were built.</summary>
public sealed class ClientFilesTests(ServerFixture server)
{
    private static string Built => Path.Combine(Repository.Root, "src", "Whistle.Server", "wwwroot");

    [Fact]
    public async Task What_is_served_is_what_was_built_byte_for_byte()
    {
        using var http = new HttpClient { BaseAddress = server.Origin };
        var files = Files(Built);
        Assert.Contains("assets/source.js", files);
        foreach (var file in files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.Add("Accept-Encoding", "gzip, br, zstd");
            using var answer = await http.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{file}: {answer.StatusCode}");
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Built, file)), await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Nothing_of_a_page_is_kept_on_the_device_and_no_header_dates_the_server()
    {
        using var http = new HttpClient { BaseAddress = server.Origin };
        foreach (var path in (string[])["/", "/desk", "/assets/source.js", "/assets/i18n/source.en.json"])
        {
            using var answer = await http.GetAsync(path);
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
            Assert.Null(answer.Headers.ETag);
            Assert.Null(answer.Content.Headers.LastModified);
            Assert.False(answer.Headers.Contains("Set-Cookie"), path);
        }
    }

    [Fact]
    public async Task Building_again_gives_the_same_bytes()
    {
        var again = Directory.CreateTempSubdirectory("whistle-client-again-");
        try
        {
            var ended = await Command.RunAsync(
                "node", ["build.mjs", "--out", again.FullName], Repository.Client, TimeSpan.FromMinutes(5));
            Assert.True(ended.ExitCode == 0, ended.Output);
            Assert.Equal(Files(Built), Files(again.FullName));
            foreach (var file in Files(Built))
            {
                Assert.Equal(
                    await File.ReadAllBytesAsync(Path.Combine(Built, file)),
                    await File.ReadAllBytesAsync(Path.Combine(again.FullName, file)));
            }
        }
        finally
        {
            again.Delete(recursive: true);
        }
    }

    private static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
}
