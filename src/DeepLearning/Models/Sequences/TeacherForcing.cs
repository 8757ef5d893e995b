namespace DeepLearning.Models;

/// <summary>Which examples are told the right output of a step.</summary>
internal static class TeacherForcing
{
    /// <summary>Truth values, each true with the probability, [batch].</summary>
    public static Tensor Draw(int batch, double probability, Device device, Generator? generator) =>
        Tensor.Empty([batch], DType.Bool, device).BernoulliInPlace(probability, generator);
}
