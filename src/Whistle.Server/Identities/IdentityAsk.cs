using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Identities;

internal enum IdentityAskState
{
    Waiting = 1,

    /// <summary>Given, refused, or nothing to give: the server cannot tell which.</summary>
    Answered = 2,

    /// <summary>Somebody who holds the case took it back.</summary>
    Withdrawn = 3,
}

/// <summary>
/// A reader's sealed request for the identity of a source, and a custodian's sealed answer (SPEC 5.6.1). Waits, then is answered
/// or withdrawn, for good; one of a case waits at a time. Both texts are wrapped under the case's storage key.
/// </summary>
internal sealed class IdentityAsk
{
    private IdentityAsk()
    {
    }

    public IdentityAsk(RequestId id, CaseId about, PersonId from, long at, byte[] wrapped, int? told)
    {
        (Id, Case, From, At, Ciphertext, Told) = (id, about, from, at, wrapped, told);
        State = IdentityAskState.Waiting;
    }

    public RequestId Id { get; private set; }

    public CaseId Case { get; private set; }

    public PersonId From { get; private set; }

    /// <summary>Unix seconds: an act of the staff.</summary>
    public long At { get; private set; }

    public byte[] Ciphertext { get; private set; } = [];

    /// <summary>The message of the team that told the source, put into its mailbox with the request; null where it was not told.</summary>
    public int? Told { get; private set; }

    public IdentityAskState State { get; private set; }

    /// <summary>Who answered.</summary>
    public PersonId? Custodian { get; private set; }

    public byte[]? Answer { get; private set; }

    public static string NameOf(RequestId id) => $"identity-request/{id}";

    public static string AnswerNameOf(RequestId id) => $"identity-answer/{id}";

    public bool Close(PersonId custodian, byte[] wrapped)
    {
        if (State != IdentityAskState.Waiting)
            return false;
        (State, Custodian, Answer) = (IdentityAskState.Answered, custodian, wrapped);
        return true;
    }

    public void Withdraw() => State = IdentityAskState.Withdrawn;

    /// <summary>The state as on the wire.</summary>
    public string Wire => State switch
    {
        IdentityAskState.Waiting => "waiting",
        IdentityAskState.Answered => "answered",
        _ => "withdrawn",
    };
}

/// <summary>A custodian whom a request asks. Added with it, never changed.</summary>
internal sealed class IdentityAddressee
{
    private IdentityAddressee()
    {
    }

    public IdentityAddressee(RequestId request, PersonId person) => (Request, Person) = (request, person);

    public RequestId Request { get; private set; }

    public PersonId Person { get; private set; }
}

internal sealed class IdentityAskConfiguration : IEntityTypeConfiguration<IdentityAsk>
{
    public void Configure(EntityTypeBuilder<IdentityAsk> builder)
    {
        builder.ToTable("IdentityRequests").IsWithoutRowId();
        builder.HasIndex(r => r.Case);
    }
}

internal sealed class IdentityAddresseeConfiguration : IEntityTypeConfiguration<IdentityAddressee>
{
    public void Configure(EntityTypeBuilder<IdentityAddressee> builder)
    {
        builder.ToTable("IdentityAddressees").IsWithoutRowId();
        builder.HasKey(a => new { a.Request, a.Person });
        builder.HasIndex(a => a.Person);
    }
}
