using DeepLearning.Formats;
using DeepLearning.Layers;

namespace DeepLearning.Tests.Formats.PyTorch;

/// <summary>A module is loaded tensor by tensor: what the file holds is not in memory as a whole.</summary>
public sealed class PyTorchStreamingTests
{
    [Theory]
    [InlineData("state.pt")]
    [InlineData("state_legacy.pt")]
    public void The_memory_of_a_tensor_is_given_back_when_the_next_is_asked_for(string name)
    {
        using FileStream stream = File.OpenRead(Fixtures.PathOf(name));
        OrderedDictionary<string, Tensor> tensors = PyTorchFile.LoadDeferred(stream, name, null);
        OrderedDictionary<string, Tensor> expected = PyTorchFile.LoadTensors(Fixtures.PathOf(name));
        DeferredStorage[] storages = [.. tensors.Values.Select(static tensor => (DeferredStorage)tensor.Storage)];
        Assert.DoesNotContain(storages, static storage => storage.IsFilled);
        DeferredState state = new(tensors);
        foreach (string key in expected.Keys.Reverse())
        {
            Assert.True(state.TryGetValue(key, out Tensor? unread));
            Assert.Equal(expected[key].Shape, unread.Shape);
            Assert.True(state[key].Equal(expected[key]));
            Assert.Single(storages, static storage => storage.IsFilled);
        }
    }

    [Fact]
    public void Memory_that_tensors_share_is_kept_for_the_last_of_them()
    {
        using FileStream stream = File.OpenRead(Fixtures.PathOf("types.pt"));
        OrderedDictionary<string, Tensor> tensors = PyTorchFile.LoadDeferred(stream, "types.pt", null);
        DeferredState state = new(tensors);
        DeferredStorage shared = (DeferredStorage)tensors["tied"].Storage;
        Assert.Same(shared, tensors["rows"].Storage);
        foreach (string key in (string[])["tied", "f32", "rows"])
        {
            _ = state[key];
            Assert.True(shared.IsFilled);
        }

        _ = state["tied_too"];
        _ = state["f32"];
        Assert.False(shared.IsFilled);
    }

    [Fact]
    public void Elements_that_may_not_be_valid_are_read_before_anything_is_copied()
    {
        using FileStream stream = File.OpenRead(Fixtures.PathOf("types.pt"));
        OrderedDictionary<string, Tensor> tensors = PyTorchFile.LoadDeferred(stream, "types.pt", null);
        Assert.True(((DeferredStorage)tensors["flag"].Storage).IsFilled);
        Assert.True(((DeferredStorage)tensors["i8"].Storage).IsFilled);
        Assert.False(((DeferredStorage)tensors["f64"].Storage).IsFilled);

        using FileStream compressed = File.OpenRead(Fixtures.PathOf("deflated.pt"));
        Assert.All(PyTorchFile.LoadDeferred(compressed, "deflated.pt", null).Values,
            static tensor => Assert.True(tensor.Storage.ByteLength < 16 || ((DeferredStorage)tensor.Storage).IsFilled));
    }

    [Fact]
    public void A_file_that_lacks_the_last_elements_changes_nothing()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("deeplearning-stream-").FullName, "cut.pt");
        try
        {
            byte[] whole = Fixtures.Bytes("state_legacy.pt");
            File.WriteAllBytes(path, whole[..^4]);
            Sequential model = new(new Conv2d(2, 3, 3), new BatchNorm2d(3), new ReLU(), new Flatten(), new Linear(12, 4));
            Tensor before = model.StateDict()["0.weight"].Clone();
            Assert.Throws<ModelFileException>(() => model.LoadPyTorch(path));
            Assert.True(model.StateDict()["0.weight"].Equal(before));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, true);
        }
    }
}
