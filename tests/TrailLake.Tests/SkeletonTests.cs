namespace TrailLake.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void Arithmetic_holds() => Assert.Equal(2, 1 + 1);
}
