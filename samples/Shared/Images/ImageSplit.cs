using DeepLearning.Data;

namespace DeepLearning.Samples;

internal static class ImageSplit
{
    /// <summary>The first images of a set; it shares their memory.</summary>
    public static TensorDataset First(this TensorDataset images, int count)
    {
        count = Math.Min(count, images.Count);
        return new TensorDataset(images.Inputs[..count], images.Targets[..count]);
    }

    /// <summary>Images to learn from, and a twentieth of every class to watch the training by: the same ones in every run.</summary>
    public static (Subset<Example, Example> Training, Subset<Example, Example> Validation) HoldOut(this TensorDataset images)
    {
        Subset<Example, Example>[] parts = images.StratifiedSplit([0.95, 0.05], new Generator(0));
        return (parts[0], parts[1]);
    }
}
