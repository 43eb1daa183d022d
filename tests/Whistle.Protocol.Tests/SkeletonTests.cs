namespace Whistle.Protocol.Tests;

public sealed class SkeletonTests
{
    [Xunit.Fact]
    public void The_test_project_runs() => Xunit.Assert.Equal(64, nint.Size * 8);
}
