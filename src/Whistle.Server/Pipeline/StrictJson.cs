using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Whistle.Server.Pipeline;

/// <summary>
/// JSON of the HTTP API: camelCase, absent members left out, unknown members, doubled members, nulls, and numbers in
/// strings refused, depth 16.
/// </summary>
internal static class StrictJson
{
    public const int MaxDepth = 16;

    public static JsonSerializerOptions Options { get; } = Create();

    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = MaxDepth;
        options.Encoder = JavaScriptEncoder.Default;
        options.Converters.Add(new Base64UrlConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>Bytes are canonical base64url without padding (SPEC 1): one spelling, checked by writing it again.</summary>
internal sealed class Base64UrlConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("Bytes are a string.");
        var text = reader.GetString()!;
        if (!System.Buffers.Text.Base64Url.IsValid(text) || text.Contains('=', StringComparison.Ordinal))
            throw new JsonException("Not base64url.");
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        return string.Equals(System.Buffers.Text.Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal)
            ? bytes
            : throw new JsonException("Not canonical base64url.");
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteStringValue(System.Buffers.Text.Base64Url.EncodeToString(value));
}
