using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;

namespace Whistle.Server.People;

internal enum Role
{
    Lead = 1,
    Reviewer = 2,
    Approver = 3,
    Custodian = 4,
    Admin = 5,
    Auditor = 6,
}

/// <summary>The sets of roles that requests name.</summary>
internal static class Roles
{
    public static IReadOnlyCollection<Role> Readers { get; } = [Role.Lead, Role.Reviewer];

    public static IReadOnlyCollection<Role> Leads { get; } = [Role.Lead];

    /// <summary>Who may release a summary: another reader, or somebody who reads nothing else.</summary>
    public static IReadOnlyCollection<Role> Releasers { get; } = [Role.Lead, Role.Reviewer, Role.Approver];

    public static IReadOnlyCollection<Role> Custodians { get; } = [Role.Custodian];

    /// <summary>Something of a report may wait for them: an answer, an approval, a request for a name.</summary>
    public static IReadOnlyCollection<Role> Working { get; } = [Role.Lead, Role.Reviewer, Role.Approver, Role.Custodian];

    public static IReadOnlyCollection<Role> Admins { get; } = [Role.Admin];

    public static IReadOnlyCollection<Role> Auditors { get; } = [Role.Auditor];

    public static IReadOnlyCollection<Role> Everyone { get; } = Enum.GetValues<Role>();

    /// <summary>Roles whose keys the directory lists.</summary>
    public static bool HasKeys(this Role role) => role is Role.Lead or Role.Reviewer or Role.Approver or Role.Custodian;

    /// <summary>As on the wire.</summary>
    public static string Wire(this Role role) => role switch
    {
        Role.Lead => "lead",
        Role.Reviewer => "reviewer",
        Role.Approver => "approver",
        Role.Custodian => "custodian",
        Role.Admin => "admin",
        Role.Auditor => "auditor",
        _ => throw new InvalidOperationException("Unknown role."),
    };

    public static string Wire(this Place place) => place == Place.Inside ? "inside" : "outside";

    public static Role? ParseRole(string? text) => Everyone.Cast<Role?>().FirstOrDefault(r => string.Equals(r!.Value.Wire(), text, StringComparison.Ordinal));

    public static Place? ParsePlace(string? text) => text switch
    {
        "inside" => Place.Inside,
        "outside" => Place.Outside,
        _ => null,
    };
}

internal enum MemberState
{
    Invited = 1,
    Active = 2,
    Disabled = 3,
}

/// <summary>Inside or outside the organisation, as sources are told.</summary>
internal enum Place
{
    Inside = 1,
    Outside = 2,
}

/// <summary>
/// Somebody with an account. Invited, then active after enrolment, then perhaps disabled and active again; never deleted,
/// since signatures and the audit trail name it. One role per account, for good: another role is another invitation.
/// </summary>
internal sealed class Member : IdentityUser<PersonId>
{
    /// <summary>Wrong codes, with the right password, until an account locks, and for how long.</summary>
    public const int MaxFailures = 5;

    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    private Member()
    {
    }

    public Member(PersonId id, string name, Role role, Place place)
    {
        Id = id;
        Name = name;
        Role = role;
        Place = place;
        State = MemberState.Invited;
        Restamp();
    }

    /// <summary>The display name that the directory shows to sources.</summary>
    public string Name { get; private set; } = "";

    public Role Role { get; private set; }

    public Place Place { get; private set; }

    public MemberState State { get; private set; }

    /// <summary><c>identity.age</c> (SPEC 11): opened by the person's passphrase only. Absent for admin and auditor.</summary>
    public byte[]? IdentityFile { get; private set; }

    /// <summary><c>age1pq1…</c>, as the next directory will list it.</summary>
    public string? Recipient { get; private set; }

    /// <summary>Ed25519 public key, 32 bytes, as the next directory will list it.</summary>
    public byte[]? Signing { get; private set; }

    /// <summary>The TOTP secret, under data protection: a stolen database alone signs nobody in.</summary>
    public byte[]? TotpSecret { get; private set; }

    /// <summary>The last time step whose code was used; that code and earlier ones are spent.</summary>
    public long TotpStep { get; private set; }

    /// <summary>The last day of an absence, and who stands in meanwhile.</summary>
    public Day? AwayUntil { get; private set; }

    public PersonId? Deputy { get; private set; }

    public bool IsAway(Day today) => AwayUntil >= today;

    public void BeAway(Day? until, PersonId? deputy) => (AwayUntil, Deputy) = (until, deputy);

    /// <summary>After the proofs of SPEC 14.2 held. Replaces what an earlier enrolment left, and ends its sessions.</summary>
    public void Enrol(byte[] totpSecret, long totpStep, byte[]? identityFile, string? recipient, byte[]? signing)
    {
        (TotpSecret, TotpStep) = (totpSecret, totpStep);
        (IdentityFile, Recipient, Signing) = (identityFile, recipient, signing);
        (AccessFailedCount, LockoutEnd) = (0, null);
        State = MemberState.Active;
        Restamp();
    }

    /// <summary>True where the move is possible: an invited person becomes active by enrolling alone.</summary>
    public bool Enable()
    {
        if (State != MemberState.Disabled || PasswordHash is null)
            return false;
        State = MemberState.Active;
        Restamp();
        return true;
    }

    public void Disable()
    {
        State = MemberState.Disabled;
        Restamp();
    }

    /// <summary>Ends every session of this person at once.</summary>
    public void Restamp() => SecurityStamp = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    public bool IsLocked(DateTimeOffset now) => LockoutEnd > now;

    public void Fail(DateTimeOffset now)
    {
        if (++AccessFailedCount < MaxFailures)
            return;
        AccessFailedCount = 0;
        LockoutEnd = now + LockTime;
    }

    public void SignedIn(long totpStep) => (AccessFailedCount, LockoutEnd, TotpStep) = (0, null, totpStep);

    public override string ToString() => "member";
}

internal sealed class MemberConfiguration : IEntityTypeConfiguration<Member>
{
    public void Configure(EntityTypeBuilder<Member> builder)
    {
        builder.ToTable("Members");
        builder.Property(m => m.Name).HasMaxLength(200);
        builder.Property(m => m.ConcurrencyStamp).IsConcurrencyToken(false);
        // SQLite has no type for it; ticks in UTC compare as integers.
        builder.Property(m => m.LockoutEnd).HasConversion(
            time => time == null ? (long?)null : time.Value.UtcTicks,
            ticks => ticks == null ? null : new DateTimeOffset(ticks.Value, TimeSpan.Zero));
    }
}
