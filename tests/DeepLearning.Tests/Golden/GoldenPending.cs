namespace DeepLearning.Tests.Golden;

/// <summary>Cases whose operation the library does not have yet; to be empty when the API is complete.</summary>
internal static class GoldenPending
{
    public static readonly string[] Keys = [];
}
