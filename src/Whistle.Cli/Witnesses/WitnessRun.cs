using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Whistle.Cli.Io;
using Whistle.Cli.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Witnesses;

/// <summary><c>whistle witness</c>: a small witness that a union, a works council or a law firm can run.</summary>
internal static class WitnessRun
{
    public static Command Command(World world)
    {
        var key = new Option<string>("--key") { Required = true, HelpName = "FILE", Description = "The witness's key, as `whistle keys new witness` made it." };
        var passphrase = new Option<string?>("--passphrase") { HelpName = "FILE|-", Description = "The key file's passphrase, from a file or from standard input." };
        var state = new Option<string>("--state") { Required = true, HelpName = "DIR", Description = "Where it keeps what it cosigned last. Losing this folder means starting from nothing." };
        var logs = new Option<string[]>("--log")
        {
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            HelpName = "VKEY",
            Description = "A log that it watches: name+hash+key, as the log's owner publishes it.",
        };
        var url = new Option<string>("--urls") { HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:7380", Description = "Where it answers. Put a proxy that speaks TLS in front." };
        var command = new Command("witness", "Run a witness: it signs that a log only grows, and that everybody is shown the same one.") { key, passphrase, state, logs, url };
        command.Run(world, async (parse, report, ct) =>
        {
            var trusted = new List<NoteKey>();
            foreach (var text in parse.GetValue(logs)!)
                trusted.Add(NoteKey.TryParse(text, out var log) && log.Algorithm == NoteAlgorithm.Ed25519 ? log : throw Stop.Usage("log-key-malformed"));
            var file = await Files.BytesAsync(parse.GetValue(key)!, "--key", ct);
            if (SealedFile.IsAge(file))
            {
                var phrase = await Secrets.PassphraseAsync(world, parse.GetValue(passphrase), "The key file's passphrase: ", ct);
                file = SealedFile.Open(file, phrase);
            }
            using var own = RootKeyFile.Decode(file, NoteAlgorithm.Ed25519Cosignature);
            using var witness = new Witness(own.Public.Name, own.Key, trusted, new WitnessStore(parse.GetValue(state)!), world.Clock);
            await using var app = WitnessHost.Build(witness, parse.GetValue(url)!);
            await app.StartAsync(ct);
            report.Line("This witness signs as (public):");
            report.Line(witness.Public.ToString());
            report.Line($"It answers at {string.Join(", ", app.Urls)} and stops with Ctrl+C.");
            report.Json(new JsonObject { ["witness"] = witness.Public.ToString(), ["urls"] = new JsonArray([.. app.Urls.Select(u => (JsonNode)u)]) });
            await app.WaitForShutdownAsync(ct);
        });
        return command;
    }
}
