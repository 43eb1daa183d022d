using System.Net;
using System.Security.Cryptography;

namespace Whistle.Server.Tests.Intake;

public sealed class StorePartTests
{
    [Fact]
    public async Task Of_many_who_send_different_bytes_for_one_part_one_file_remains()
    {
        using var server = new WhistleServer();
        using var source = server.Source();
        var id = await WhistleServer.AnnounceAsync(source, 1000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            WhistleServer.PutPartAsync(source, id, RandomNumberGenerator.GetBytes(1000))));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(11, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        Assert.Single(server.BlobFiles());
    }
}
