using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Keys;

/// <summary><c>whistle keys new root|witness|recovery</c>: keys that live outside the server, in files under a passphrase.</summary>
internal static class KeysNew
{
    public static Command Command(World world)
    {
        var keys = new Command("keys", "Make keys that never touch the server.");
        var make = new Command("new", "Make a new key and keep it in a file under a passphrase.");
        make.Add(RootCommand(world));
        make.Add(WitnessCommand(world));
        make.Add(RecoveryCommand(world));
        keys.Add(make);
        keys.Add(KeysSplit.Command(world));
        return keys;
    }

    private static Command RootCommand(World world)
    {
        var name = new Option<string>("--name")
        {
            Required = true,
            HelpName = "NAME",
            Description = "The holder's name in signatures: no spaces and no plus sign, for instance ethics-committee.",
        };
        var shared = new Shared("Where to write the key file. It must not exist.");
        var command = new Command("root", "A root holder's key: its signature, with enough others, makes a directory valid.") { name };
        shared.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            var holder = parse.GetValue(name)!;
            if (!NoteKey.IsName(holder))
                throw Stop.Usage("key-name-malformed");
            using var root = new RootKey(holder, SigningKey.Generate(world.Randomness));
            var passphrase = await shared.WriteAsync(world, report, parse, () => RootKeyFile.Encode(root), ct);
            report.Line("Give this line to whoever sets up the portal. It is public:");
            report.Line(RootKeyFile.PublicText(root.Public));
            ShowPassphrase(report, passphrase);
            report.Json(Answer("root", passphrase, new JsonObject
            {
                ["name"] = holder,
                ["key"] = root.Key.Public.ToString(),
                ["publicKey"] = RootKeyFile.PublicText(root.Public),
            }));
        });
        return command;
    }

    private static Command WitnessCommand(World world)
    {
        var name = new Option<string>("--name")
        {
            Required = true,
            HelpName = "NAME",
            Description = "What the witness is called in signatures: no spaces and no plus sign, for instance union.example/witness.",
        };
        var shared = new Shared("Where to write the key file. It must not exist.");
        var command = new Command("witness", "A witness's key: `whistle witness` cosigns the log with it.") { name };
        shared.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            var called = parse.GetValue(name)!;
            if (!NoteKey.IsName(called))
                throw Stop.Usage("key-name-malformed");
            using var witness = new RootKey(called, SigningKey.Generate(world.Randomness), NoteAlgorithm.Ed25519Cosignature);
            var passphrase = await shared.WriteAsync(world, report, parse, () => RootKeyFile.Encode(witness), ct);
            report.Line("Give this line to whoever runs the portal, and to everybody who shall count on this witness. It is public:");
            report.Line(witness.Public.ToString());
            ShowPassphrase(report, passphrase);
            report.Json(Answer("witness", passphrase, new JsonObject { ["name"] = called, ["publicKey"] = witness.Public.ToString() }));
        });
        return command;
    }

    private static Command RecoveryCommand(World world)
    {
        var shared = new Shared("Where to write the identity file. It must not exist.");
        var command = new Command(
            "recovery", "A recovery identity: an optional reader that sources may untick, kept offline by its holders.");
        shared.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var identity = HybridIdentity.Generate(world.Randomness);
            var passphrase = await shared.WriteAsync(
                world, report, parse, () => Encoding.ASCII.GetBytes(identity.ExportString() + "\n"), ct);
            report.Line("Give this recipient to whoever sets up the portal. It is public:");
            report.Line(identity.Recipient.ToString());
            ShowPassphrase(report, passphrase);
            report.Json(Answer("recovery", passphrase, new JsonObject
            {
                ["recipient"] = identity.Recipient.ToString(),
                ["fingerprint"] = ReaderRef.FingerprintOf(identity.Recipient).ToString(),
            }));
        });
        return command;
    }

    private static JsonObject Answer(string kind, string? passphrase, JsonObject answer)
    {
        answer.Insert(0, "kind", kind);
        if (passphrase is not null)
            answer["passphrase"] = passphrase;
        return answer;
    }

    private static void ShowPassphrase(Report report, string? passphrase)
    {
        if (passphrase is null)
            return;
        report.Line();
        report.Line("The passphrase of the file, shown this once. Write it down and keep it apart from the file:");
        report.Line(passphrase);
    }

    /// <summary>What both kinds of key file have in common.</summary>
    private sealed class Shared(string outDescription)
    {
        private readonly Option<string> _out = new("--out") { Required = true, HelpName = "FILE", Description = outDescription };

        private readonly Option<string?> _passphrase = new("--passphrase")
        {
            HelpName = "FILE|-",
            Description = "Read the passphrase from a file or from standard input. Without this one is generated and shown once.",
        };

        private readonly Option<bool> _plain = new("--plain")
        {
            Description = "Write the secret without a passphrase. Only for a medium that is itself locked away.",
        };

        public void AddTo(Command command)
        {
            command.Add(_out);
            command.Add(_passphrase);
            command.Add(_plain);
        }

        /// <summary>Writes the file; the passphrase where one was generated.</summary>
        public async Task<string?> WriteAsync(
            World world, Report report, ParseResult parse, Func<byte[]> plaintext, CancellationToken ct)
        {
            var given = parse.GetValue(_passphrase);
            var isPlain = parse.GetValue(_plain);
            if (isPlain && given is not null)
                throw Stop.Usage("options-exclude", "--plain", "--passphrase");
            var generated = isPlain || given is not null ? null : Passphrase.Generate(world.Randomness);
            var passphrase = given is null ? generated : await Secrets.PassphraseAsync(world, given, "", ct);
            var secret = plaintext();
            try
            {
                var file = passphrase is null
                    ? secret
                    : await report.WhileAsync("Locking the key file …", () => Task.Run(() => SealedFile.Seal(secret, passphrase, world), ct));
                await Files.WriteNewAsync(parse.GetValue(_out)!, file, "--out", ct);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(secret);
            }
            return generated;
        }
    }
}
