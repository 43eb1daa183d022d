using Whistle.Protocol;

namespace Whistle.Server.Data;

internal static class Days
{
    /// <summary>The finest time that is kept of anything a source does.</summary>
    public static Day Today(this TimeProvider clock) => Day.Of(clock.GetUtcNow());
}
