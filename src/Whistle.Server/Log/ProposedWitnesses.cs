using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Hosting;

namespace Whistle.Server.Log;

/// <summary>
/// The witnesses that the operator configured: a policy file (C2SP tlog-policy), which the next directory carries for the
/// root holders to sign, and single witnesses. What counts for anybody is the policy that was signed; this one is read when
/// the server starts.
/// </summary>
internal sealed class ProposedWitnesses
{
    public ProposedWitnesses(IOptions<WhistleOptions> options, ServerKeys keys)
    {
        var witnesses = options.Value.Witnesses.Select(w => new AskedWitness(w.NoteKey, w.Url)).ToList();
        if (options.Value.WitnessPolicy is { Length: > 0 } path)
        {
            Policy = Read(path, keys.LogNoteKey, out var policy);
            witnesses.AddRange(policy.Witnesses.Where(w => w.Url is not null).Select(w => new AskedWitness(w.Key, w.Url!)));
        }
        Asked = [.. witnesses.DistinctBy(w => w.Key)];
    }

    /// <summary>The policy's text with line feeds; null where none is configured.</summary>
    public string? Policy { get; }

    /// <summary>Who is asked to cosign each checkpoint, each once.</summary>
    public IReadOnlyList<AskedWitness> Asked { get; }

    private static string Read(string path, NoteKey log, out WitnessPolicy policy)
    {
        string text;
        try
        {
            text = File.ReadAllText(path, Encoding.UTF8).ReplaceLineEndings("\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path} cannot be read.");
        }
        if (!WitnessPolicy.TryParse(text, out var read, out var line))
            throw Wrong(line == 0 ? "the quorum line is missing." : string.Create(CultureInfo.InvariantCulture, $"line {line} is not understood."));
        if (!DirectoryVersion.IsLogPolicy(text, log))
            throw Wrong($"it names another log than {log}, or has more than {DirectoryVersion.MaxLogPolicy} bytes.");
        if (read.Witnesses.FirstOrDefault(w => w.Url is not null && !(Uri.TryCreate(w.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) is { } wrong)
            throw Wrong($"the address of {wrong.Name} is none.");
        policy = read;
        return text;
    }

    private static OptionsValidationException Wrong(string what) =>
        new(WhistleOptions.Section, typeof(WhistleOptions), [$"Whistle:WitnessPolicy: {what}"]);
}

/// <summary>A witness and where it answers.</summary>
internal sealed record AskedWitness(NoteKey Key, string Url);
