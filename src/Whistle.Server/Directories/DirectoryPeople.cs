using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;
using Whistle.Server.People;

namespace Whistle.Server.Directories;

/// <summary>People as the current directory lists them.</summary>
internal static class DirectoryPeople
{
    public static async Task<DirectoryText?> CurrentAsync(WhistleDb db, CancellationToken ct)
    {
        var note = await db.Set<DirectoryVersion>().AsNoTracking().OrderByDescending(d => d.Version).Select(d => d.Note).FirstOrDefaultAsync(ct);
        return note is null ? null : Read(note);
    }

    /// <summary>A published version by its hash.</summary>
    public static async Task<DirectoryText?> FindAsync(WhistleDb db, Hash32 hash, CancellationToken ct)
    {
        var note = await db.Set<DirectoryVersion>().AsNoTracking().Where(d => d.Hash == hash).Select(d => d.Note).FirstOrDefaultAsync(ct);
        return note is null ? null : Read(note);
    }

    private static DirectoryText Read(string note) =>
        SignedNote.TryParse(System.Text.Encoding.UTF8.GetBytes(note), out var parsed)
            ? DirectoryText.OfNoteText(parsed.Text)
            : throw new InvalidOperationException("A stored directory is not one.");

    public static async Task<IReadOnlyDictionary<PersonId, DirectoryText.Person>> OfCurrentAsync(WhistleDb db, CancellationToken ct) =>
        (await CurrentAsync(db, ct))?.People.ToDictionary(p => p.Id) ?? [];

    /// <summary>Whether the entry is what the account says today: role, place, name and both keys.</summary>
    public static bool Fits(this DirectoryText.Person listed, Member member) =>
        member.State == MemberState.Active
        && HasKeysOf(listed, member)
        && string.Equals(listed.Name, member.Name, StringComparison.Ordinal)
        && string.Equals(listed.Role, member.Role.Wire(), StringComparison.Ordinal)
        && string.Equals(listed.Place, member.Place.Wire(), StringComparison.Ordinal);

    public static bool HasKeysOf(this DirectoryText.Person listed, Member member) =>
        member.Signing is not null
        && string.Equals(listed.Recipient, member.Recipient, StringComparison.Ordinal)
        && listed.Signing.AsSpan().SequenceEqual(member.Signing);
}
