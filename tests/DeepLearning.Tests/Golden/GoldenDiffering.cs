namespace DeepLearning.Tests.Golden;

/// <summary>Operations of which a case still differs from PyTorch; to be empty when the API is complete.</summary>
internal static class GoldenDiffering
{
    public static readonly string[] Keys = ["pow"];
}
