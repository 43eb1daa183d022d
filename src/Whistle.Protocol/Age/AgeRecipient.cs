namespace Whistle.Protocol.Age;

/// <summary>Which recipients may share a file (the labels of the age specification).</summary>
public enum AgeRecipientGroup
{
    /// <summary>Safe until there is a quantum computer: X25519.</summary>
    Classical = 0,

    /// <summary>Post-quantum hybrid. One classical recipient beside it would undo what it is for.</summary>
    PostQuantum = 1,

    /// <summary>A passphrase, which must be alone: who opens the file takes it as written by somebody who knows it.</summary>
    Passphrase = 2,
}

/// <summary>Somebody to encrypt to.</summary>
public interface IAgeRecipient
{
    /// <summary>With whom this recipient may share a file.</summary>
    AgeRecipientGroup Group { get; }

    /// <summary>Wraps a file key of 16 bytes in one new stanza.</summary>
    AgeStanza Wrap(ReadOnlySpan<byte> fileKey, Randomness randomness);
}

/// <summary>What can open a file. Holds a secret: dispose of it.</summary>
public interface IAgeIdentity : IDisposable
{
    /// <summary>
    /// Looks for a stanza that this identity opens and writes the file key, 16 bytes, to <paramref name="fileKey"/>.
    /// </summary>
    /// <returns>
    /// <see cref="AgeError.None"/> with the file key written; <see cref="AgeError.NoMatch"/>; or
    /// <see cref="AgeError.HeaderFailure"/> when a stanza of this identity's type is malformed.
    /// </returns>
    AgeError Unwrap(IReadOnlyList<AgeStanza> stanzas, Span<byte> fileKey);
}
