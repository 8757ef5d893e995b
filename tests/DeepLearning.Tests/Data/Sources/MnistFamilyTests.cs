using DeepLearning.Data;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Sources;

public sealed class MnistFamilyTests : IDisposable
{
    private static readonly byte[] _mnistLabels = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4, 3, 5, 3, 6, 1, 7];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pixels_become_the_same_floats_as_in_PyTorch_and_labels_int64()
    {
        Write(_folder.Root, ".gz");
        (TensorDataset training, TensorDataset test) = Mnist.Load(_folder.Root);
        Assert.Equal([16, 1, 4, 5], training.Inputs.Shape.ToArray());
        Assert.Equal(DType.Float32, training.Inputs.DType);
        Assert.Equal([8, 1, 4, 5], test.Inputs.Shape.ToArray());
        Assert.Equal(Enumerable.Range(0, 16 * 20).Select(static i => (byte)i / 255f), training.Inputs.ToArray<float>());
        Assert.Equal(DType.Int64, training.Targets.DType);
        Assert.Equal(_mnistLabels.Select(static l => (long)l), training.Targets.ToArray<long>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("mnist")]
    [InlineData("MNIST/raw")]
    public void Raw_pixels_of_plain_files_are_found_in_the_folder_and_its_usual_sub_folders(string inside)
    {
        string folder = Path.Combine(_folder.Root, inside);
        Write(folder, "");
        ImageSets sets = Mnist.Load(_folder.Root, raw: true);
        Assert.Equal(DType.UInt8, sets.Training.Inputs.DType);
        Assert.Equal(folder.TrimEnd('/'), sets.Folder.TrimEnd('/'));
        Assert.Equal(10, sets.ClassNames.Count);
    }

    [Fact]
    public void A_folder_with_another_sets_files_is_refused()
    {
        Write(_folder.Root, ".gz");
        DatasetNotFoundException error = Assert.Throws<DatasetNotFoundException>(() => FashionMnist.Load(_folder.Root));
        Assert.Contains($"{_folder.Root} (the folder given): holds the files of MNIST", error.Message, StringComparison.Ordinal);
        Assert.Equal("fashion-mnist", error.Dataset);
        Assert.Throws<DatasetNotFoundException>(() => KuzushijiMnist.Load(_folder.Root));
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        Write(_folder.Root, ".gz");
        string labels = _folder["t10k-labels-idx1-ubyte.gz"];
        IdxFile.Write(labels, Tensor.Zeros([7], DType.UInt8));
        Assert.Contains("uint8[7] is not one label for each of the 8 images",
            Assert.Throws<InvalidDataException>(() => Mnist.Load(_folder.Root)).Message, StringComparison.Ordinal);
        IdxFile.Write(labels, Tensor.From<byte>([0, 1, 2, 3, 10, 5, 6, 7]));
        Assert.Contains("label 4 is 10; there are 10 classes",
            Assert.Throws<InvalidDataException>(() => Mnist.Load(_folder.Root)).Message, StringComparison.Ordinal);
        IdxFile.Write(_folder["t10k-images-idx3-ubyte.gz"], Tensor.Zeros([8, 20], DType.UInt8));
        Assert.Contains("uint8[8, 20] is not a set of gray images",
            Assert.Throws<InvalidDataException>(() => Mnist.Load(_folder.Root)).Message, StringComparison.Ordinal);
    }

    private static void Write(string folder, string extension)
    {
        Directory.CreateDirectory(folder);
        Tensor pixels = Tensor.Arange(16 * 20).Remainder(256).To(DType.UInt8).Reshape(16, 4, 5);
        IdxFile.Write(Path.Combine(folder, "train-images-idx3-ubyte" + extension), pixels);
        IdxFile.Write(Path.Combine(folder, "train-labels-idx1-ubyte" + extension), Tensor.From(_mnistLabels));
        IdxFile.Write(Path.Combine(folder, "t10k-images-idx3-ubyte" + extension), pixels[..8]);
        IdxFile.Write(Path.Combine(folder, "t10k-labels-idx1-ubyte" + extension), Tensor.From(_mnistLabels.AsSpan(0, 8)));
    }
}
