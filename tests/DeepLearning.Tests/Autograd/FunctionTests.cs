namespace DeepLearning.Tests.AutogradTests;

/// <summary>What a user's own operation finds of what it saved.</summary>
public class FunctionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void What_was_saved_is_there_and_a_position_without_a_tensor_is_named(int count)
    {
        Tensor[] saved = [.. Enumerable.Range(0, count).Select(static i => Tensor.FromScalar((double)i))];
        Tensor x = Tensor.FromScalar(1.0);
        x.RequiresGrad = true;
        Keeper keeper = new(saved);
        keeper.Apply(x).Backward();
        Assert.Equal(saved, keeper.Found);
        foreach (int position in (int[])[int.MinValue, -1, count, count + 1, 99])
        {
            keeper = new(saved) { Asked = position };
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => keeper.Apply(x).Backward());
            Assert.Equal($"Keeper: no tensor was saved at position {position}.", error.Message);
            Assert.False(keeper.HasSaved(position));
        }
    }

    [Fact]
    public void A_place_that_was_left_empty_counts_as_not_saved()
    {
        Tensor x = Tensor.FromScalar(1.0), kept = Tensor.FromScalar(2.0);
        x.RequiresGrad = true;
        Keeper keeper = new([null, kept, null, null, kept]) { Asked = 3 };
        Assert.Throws<InvalidOperationException>(() => keeper.Apply(x).Backward());
        Assert.Equal([false, true, false, false, true], Enumerable.Range(0, 5).Select(keeper.HasSaved));
    }

    private sealed class Keeper(Tensor?[] saved) : Function
    {
        public int Asked { get; init; } = -7;

        public List<Tensor> Found { get; } = [];

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs)
        {
            Save(saved);
            return inputs[0] * 2;
        }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            if (Asked != -7)
            {
                Saved(Asked);
            }

            for (int i = 0; i < saved.Length; i++)
            {
                Found.Add(Saved(i));
            }

            gradients[0] = gradient * 2;
        }
    }
}
