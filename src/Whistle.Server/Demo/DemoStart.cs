using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Whistle.Protocol;
using Whistle.Protocol.Keys;
using Whistle.Server.Hosting;
using Whistle.Server.Setup;

namespace Whistle.Server.Demo;

/// <summary>
/// Makes sure that the data folder holds a complete demo before the server opens. A new one is built in a server of its
/// own on a random loopback port, whose clock starts months ago; the server that visitors reach has the real clock and no
/// knowledge of how its data came to be.
/// </summary>
internal static class DemoStart
{
    private const int RenewAfterDays = 40;

    /// <exception cref="DemoProblemException">The folder holds a demo of another address.</exception>
    public static async Task<DemoRecord> EnsureAsync(DemoPlan plan, string[] args, Action<string> say, CancellationToken ct)
    {
        var found = plan.Folder.Read();
        if (found is { Built: not null } && !string.Equals(found.Build, DemoRecord.ThisBuild, StringComparison.Ordinal))
            say("The demo that is there was made by another build of Whistle: it is made anew.");
        else if (found is { V: DemoRecord.CurrentVersion, Built: not null } record)
        {
            if (!string.Equals(record.Origin, plan.Origin, StringComparison.Ordinal))
                throw new DemoProblemException($"The demo in {plan.Folder.Root} was built for {record.Origin}, where its passphrases hold. Start it with --urls {record.Origin}, or choose another folder with --data.");
            return Day.Of(TimeProvider.System.GetUtcNow()) > record.Issued!.Value.Plus(RenewAfterDays)
                ? await RenewAsync(plan, args, record, say, ct)
                : record;
        }
        // The marker comes first: whatever stops the building, the next start knows that this folder is its own.
        plan.Folder.Write(new DemoRecord(DemoRecord.CurrentVersion, plan.Origin));
        plan.Folder.Empty();
        return await BuildAsync(plan, args, say, ct);
    }

    public static void Apply(this DemoPlan plan, WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(plan.Settings);
        builder.WebHost.UseUrls([.. plan.Urls.Select(DemoPlan.OriginOf)]);
    }

    private static async Task<DemoRecord> BuildAsync(DemoPlan plan, string[] args, Action<string> say, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var cases = DemoCases.Load();
        var today = Day.Of(TimeProvider.System.GetUtcNow());
        var clock = new DemoClock(DemoBuilder.MorningOf(today, DemoBuilder.FirstDay(cases)));
        say($"Building a demo in {plan.Folder.Root}");

        await using var app = await StartAsync(plan, args, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, app.Lifetime.ApplicationStopping);
        var ct = both.Token;
        using var world = new DemoWorld(AddressOf(app), plan.Origin, clock);
        using var rootKey = SigningKey.Generate(Randomness.System);
        using var ceremony = new DemoCeremony(world, cases, rootKey);
        say("  the ceremony, invitations, passphrases and the first directory");
        await ceremony.RunAsync(
            app.Services.GetRequiredService<SetupGate>().Open(),
            by =>
            {
                clock.Advance(by);
                return Task.CompletedTask;
            },
            ct);

        using var builder = new DemoBuilder(world, clock, cases, ceremony, TimeSpan.FromSeconds(DemoPlan.BatchSeconds));
        await builder.RunAsync(today, (done, of) => Report(say, cases, done, of), ct);

        var seed = rootKey.ExportSeed();
        var passphrase = Passphrase.Generate(Randomness.System);
        DemoFolder.WriteFile(plan.Folder.RootKeyFile, DemoRootKey.Seal(rootKey, passphrase));
        var record = new DemoRecord(
            DemoRecord.CurrentVersion, plan.Origin, today, world.Directory.Version.Issued, cases.Organisation, seed, passphrase,
            [.. cases.People.Select(p => ceremony.Members[p.Key].SignIn)], builder.Words, DemoRecord.ThisBuild);
        await app.StopAsync(ct);
        plan.Folder.Write(record);
        say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  done in {watch.Elapsed.TotalSeconds:0} s"));
        return record;
    }

    private static void Report(Action<string> say, DemoCases cases, int done, int of)
    {
        if (done == of || done % 10 == 0)
            say(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {cases.Cases.Count} reports and what became of them: day {done} of {of}"));
    }

    /// <summary>A directory runs out after 60 days; a demo that is opened again later gets the next version.</summary>
    private static async Task<DemoRecord> RenewAsync(DemoPlan plan, string[] args, DemoRecord record, Action<string> say, CancellationToken ct)
    {
        say("Renewing the demo's directory");
        await using var app = await StartAsync(plan, args, TimeProvider.System);
        using var world = new DemoWorld(AddressOf(app), plan.Origin, TimeProvider.System);
        using var rootKey = SigningKey.FromSeed(record.RootKeySeed);
        world.PinRoot(rootKey);
        using var admin = await DemoMember.ReturnAsync(world, record.SignIns!.First(s => s.Role is "admin"), ct);
        await DemoCeremony.PublishAsync(world, admin, rootKey, ct);
        var renewed = record with { Issued = world.Directory.Version.Issued };
        await app.StopAsync(ct);
        plan.Folder.Write(renewed);
        return renewed;
    }

    // The listener is no --urls of the demo's: it exists while the demo is built, on a port that the system picks.
    private static async Task<WebApplication> StartAsync(DemoPlan plan, string[] args, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        plan.Apply(builder);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddWhistle();
        builder.Services.Replace(ServiceDescriptor.Singleton(clock));
        var app = builder.Build();
        app.UseWhistle();
        await WhistleHost.PrepareAsync(app.Services);
        await app.StartAsync();
        return app;
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}

/// <summary>The demo cannot start, for a reason that whoever started it can mend.</summary>
internal sealed class DemoProblemException(string message) : Exception(message);
