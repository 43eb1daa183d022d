using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Whistle.Server.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task A_new_server_makes_its_database_and_is_well()
    {
        using var server = new WhistleServer();
        using var source = server.Source();

        var live = await source.GetAsync("/health/live", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.False(live.Headers.Contains("Server"));
        Assert.True(File.Exists(Path.Combine(server.DataFolder, "whistle.db")));
    }

    [Fact]
    public async Task An_unknown_address_answers_a_problem_with_a_code_and_no_trace()
    {
        using var server = new WhistleServer();
        using var source = server.Source();

        var answer = await source.GetAsync("/api/source/nothing", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("""{"status":404,"title":"Not Found","code":"not-found"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        using var server = new WhistleServer();
        using var source = server.Source();

        var document = await source.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
    }
}
