using System.Text.Json.Serialization;

namespace Whistle.Protocol;

/// <summary>A case. Self-certifying: a hash over the case's keys (SPEC section 4). 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<CaseId>))]
public readonly record struct CaseId(Id128 Value) : IId<CaseId>
{
    /// <inheritdoc/>
    public static CaseId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static CaseId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static CaseId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CaseId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out CaseId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out CaseId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static CaseId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static CaseId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A source's mailbox: a hash of its public key (SPEC section 3). 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<MailboxId>))]
public readonly record struct MailboxId(Id128 Value) : IId<MailboxId>
{
    /// <inheritdoc/>
    public static MailboxId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static MailboxId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static MailboxId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MailboxId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MailboxId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out MailboxId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static MailboxId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static MailboxId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A person of the directory, or one with an account. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<PersonId>))]
public readonly record struct PersonId(Id128 Value) : IId<PersonId>
{
    /// <inheritdoc/>
    public static PersonId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static PersonId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static PersonId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PersonId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out PersonId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out PersonId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static PersonId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static PersonId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A channel that tips are sent to. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<ChannelId>))]
public readonly record struct ChannelId(Id128 Value) : IId<ChannelId>
{
    /// <inheritdoc/>
    public static ChannelId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static ChannelId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static ChannelId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ChannelId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ChannelId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out ChannelId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static ChannelId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static ChannelId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An object of attachments. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<UploadId>))]
public readonly record struct UploadId(Id128 Value) : IId<UploadId>
{
    /// <inheritdoc/>
    public static UploadId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static UploadId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static UploadId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UploadId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UploadId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out UploadId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static UploadId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static UploadId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>What one proposes and another approves: a redacted summary or a closing; random, so that its hash tells nothing of its text. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<ProposalId>))]
public readonly record struct ProposalId(Id128 Value) : IId<ProposalId>
{
    /// <inheritdoc/>
    public static ProposalId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static ProposalId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static ProposalId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProposalId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ProposalId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out ProposalId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static ProposalId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static ProposalId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An internal note of the team. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<NoteId>))]
public readonly record struct NoteId(Id128 Value) : IId<NoteId>
{
    /// <inheritdoc/>
    public static NoteId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static NoteId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static NoteId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NoteId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out NoteId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out NoteId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static NoteId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static NoteId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A request for the identity of a source, which a custodian answers. 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<RequestId>))]
public readonly record struct RequestId(Id128 Value) : IId<RequestId>
{
    /// <inheritdoc/>
    public static RequestId From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static RequestId FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static RequestId New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestId id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RequestId result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out RequestId result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static RequestId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static RequestId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The first 16 bytes of a hash over an age recipient (SPEC section 2). 16 bytes, 32 lower-case hexadecimal digits.</summary>
[JsonConverter(typeof(IdJsonConverter<KeyFingerprint>))]
public readonly record struct KeyFingerprint(Id128 Value) : IId<KeyFingerprint>
{
    /// <inheritdoc/>
    public static KeyFingerprint From(Id128 value) => new(value);

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static KeyFingerprint FromBytes(ReadOnlySpan<byte> bytes) => new(Id128.FromBytes(bytes));

    /// <summary>A random id. Draws 16 bytes.</summary>
    public static KeyFingerprint New(Randomness randomness) => new(Id128.New(randomness));

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes() => Value.ToBytes();

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KeyFingerprint id)
    {
        var ok = Id128.TryParse(text, out var value);
        id = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out KeyFingerprint result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out KeyFingerprint result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static KeyFingerprint Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var id) ? id : throw new FormatException("Not an id.");

    /// <inheritdoc/>
    public static KeyFingerprint Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
