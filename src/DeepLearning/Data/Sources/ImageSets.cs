namespace DeepLearning.Data;

/// <summary>The training and the test images of a set of the MNIST family.</summary>
/// <param name="Training">
/// Inputs [n, 1, height, width], float32 from 0 to 1 or uint8 as read; targets [n], int64 class numbers.
/// </param>
/// <param name="Test">The test images, as <paramref name="Training"/>.</param>
/// <param name="ClassNames">What each class is called.</param>
/// <param name="Folder">Where the files were read.</param>
public sealed record ImageSets(TensorDataset Training, TensorDataset Test, IReadOnlyList<string> ClassNames, string Folder)
{
    /// <summary>The sizes of both sets, and where they are.</summary>
    public override string ToString() =>
        $"{Training.Count} training and {Test.Count} test images of {ClassNames.Count} classes in {Folder}";

    /// <summary>Makes <c>var (training, test) = Mnist.Load();</c> work.</summary>
    /// <param name="training">The training images.</param>
    /// <param name="test">The test images.</param>
    public void Deconstruct(out TensorDataset training, out TensorDataset test) => (training, test) = (Training, Test);
}
