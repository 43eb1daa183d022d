using System.Text;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Intake;

/// <summary>
/// What a device signs to prove that it holds a key (SPEC sections 9, 10 and 11). Each binds the origin, so that one
/// server cannot pass a proof on to another.
/// </summary>
public static class PossessionProofs
{
    /// <summary><c>"whistle/mailbox-auth/v1\0" || lp(origin) || mailbox id || nonce</c>.</summary>
    public static byte[] Mailbox(string origin, MailboxId mailbox, ReadOnlySpan<byte> nonce) =>
        [.. "whistle/mailbox-auth/v1\0"u8, .. Origin(origin), .. mailbox.ToBytes(), .. nonce];

    /// <summary><c>"whistle/case-claim/v1\0" || lp(origin) || case id || reviewer signing key || nonce</c>.</summary>
    public static byte[] Claim(string origin, CaseId caseId, VerifyKey reviewer, ReadOnlySpan<byte> nonce)
    {
        ArgumentNullException.ThrowIfNull(reviewer);
        return
        [
            .. "whistle/case-claim/v1\0"u8, .. Origin(origin), .. caseId.ToBytes(), .. reviewer.Bytes.Span, .. nonce,
        ];
    }

    /// <summary><c>"whistle/case-recovery/v1\0" || lp(origin) || case id || nonce</c>.</summary>
    public static byte[] Recovery(string origin, CaseId caseId, ReadOnlySpan<byte> nonce) =>
        [.. "whistle/case-recovery/v1\0"u8, .. Origin(origin), .. caseId.ToBytes(), .. nonce];

    /// <summary>
    /// <c>"whistle/enrol/v1\0" || lp(origin) || lp(invitation token) || recipient (1216 bytes) || signing key</c>.
    /// </summary>
    public static byte[] Enrolment(string origin, string token, ReadOnlySpan<byte> recipient, VerifyKey signing)
    {
        ArgumentNullException.ThrowIfNull(signing);
        return
        [
            .. "whistle/enrol/v1\0"u8, .. Origin(origin), .. LengthPrefix.Of(token), .. recipient,
            .. signing.Bytes.Span,
        ];
    }

    private static byte[] Origin(string origin) => LengthPrefix.Of(Encoding.UTF8.GetBytes(origin));
}
