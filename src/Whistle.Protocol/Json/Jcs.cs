using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Whistle.Protocol.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785) within the limits of SPEC section 1. What is read is written again and
/// compared, so a document has one spelling and its hash names its meaning.
/// </summary>
public static class Jcs
{
    /// <summary>How deep arrays and objects nest at most.</summary>
    public const int MaxDepth = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes.</summary>
    /// <exception cref="EncoderFallbackException">A string holds half of a surrogate pair.</exception>
    public static byte[] Serialize(JcsValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return Utf8.GetBytes(text.ToString());
    }

    /// <summary>
    /// Reads an object that is canonical to the byte. False for anything else: other spellings, duplicate names,
    /// floats, booleans, null, more than <see cref="MaxDepth"/> levels, or more than <paramref name="maxLength"/> bytes.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, int maxLength, [NotNullWhen(true)] out JcsObject? value)
    {
        if (TryParseAnySpelling(bytes, maxLength, out value) && Serialize(value).AsSpan().SequenceEqual(bytes))
            return true;
        value = null;
        return false;
    }

    /// <summary>As <see cref="TryParse"/>, for JSON with white space and any order: the documents of SPEC section 7.</summary>
    public static bool TryParseAnySpelling(
        ReadOnlySpan<byte> bytes, int maxLength, [NotNullWhen(true)] out JcsObject? value)
    {
        value = null;
        if (bytes.Length > maxLength)
            return false;
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || Read(ref reader) is not JcsObject parsed || reader.Read())
                return false;
            value = parsed;
            return true;
        }
        catch (JsonException)
        {
            // Not JSON, or too deep: the caller learns only that.
            return false;
        }
        catch (InvalidOperationException)
        {
            // The reader's way of saying that a string is not valid UTF-8 or holds half of a surrogate pair.
            return false;
        }
    }

    private static JcsValue? Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new JcsString(reader.GetString()!);
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) && number is >= -JcsNumber.Max and <= JcsNumber.Max
                    ? new JcsNumber(number)
                    : null;
            case JsonTokenType.StartArray:
                var items = new List<JcsValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (Read(ref reader) is not { } item)
                        return null;
                    items.Add(item);
                }
                return new JcsArray(items);
            case JsonTokenType.StartObject:
                var result = new JcsObject();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    if (!reader.Read() || Read(ref reader) is not { } member || !result.TryAdd(name, member))
                        return null;
                }
                return result;
            default:
                return null;
        }
    }

    private static void Write(StringBuilder text, JcsValue value)
    {
        switch (value)
        {
            case JcsString s:
                WriteString(text, s.Value);
                break;
            case JcsNumber n:
                text.Append(CultureInfo.InvariantCulture, $"{n.Value}");
                break;
            case JcsArray a:
                text.Append('[');
                for (var i = 0; i < a.Items.Count; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Write(text, a.Items[i]);
                }
                text.Append(']');
                break;
            case JcsObject o:
                text.Append('{');
                var isFirst = true;
                foreach (var (name, member) in o)
                {
                    if (!isFirst)
                        text.Append(',');
                    isFirst = false;
                    WriteString(text, name);
                    text.Append(':');
                    Write(text, member);
                }
                text.Append('}');
                break;
            default:
                throw new ArgumentException("Unknown kind of value.", nameof(value));
        }
    }

    /// <summary>RFC 8785 section 3.2.2.2: the short escapes, lower-case \u00xx for other controls, all else as it is.</summary>
    private static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
