using System.Runtime.Intrinsics;

namespace DeepLearning.Tests.Infrastructure;

[Trait("Rerun", "Simd")]
[Trait("Rerun", "Culture")]
public sealed class SimdLevelTests
{
    [Fact]
    public void A_vector_computes_the_same_with_and_without_hardware()
    {
        Vector512<float> sum = Vector512.Create(1.5f) + Vector512.Create(2f);
        Assert.Equal(3.5f * Vector512<float>.Count, Vector512.Sum(sum));
    }
}
