using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

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

    public static IReadOnlyCollection<Role> Everyone { get; } = Enum.GetValues<Role>();
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
/// since signatures and the audit trail name it.
/// </summary>
internal sealed class Member : IdentityUser<PersonId>
{
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
        SecurityStamp = NewId.Of<RowId>().ToString();
    }

    /// <summary>The display name that the directory shows to sources.</summary>
    public string Name { get; private set; } = "";

    public Role Role { get; private set; }

    public Place Place { get; private set; }

    public MemberState State { get; private set; }

    public void Activate() => State = MemberState.Active;

    public void Disable() => State = MemberState.Disabled;
}

internal sealed class MemberConfiguration : IEntityTypeConfiguration<Member>
{
    public void Configure(EntityTypeBuilder<Member> builder)
    {
        builder.ToTable("Members");
        builder.Property(m => m.Name).HasMaxLength(200);
    }
}
