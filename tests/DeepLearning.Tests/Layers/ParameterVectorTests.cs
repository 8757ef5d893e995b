using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

public class ParameterVectorTests
{
    [Fact]
    public void Parameters_go_into_one_vector_and_back()
    {
        Sequential model = new(new Linear(2, 3), new BatchNorm1d(3)), other = new(new Linear(2, 3), new BatchNorm1d(3));
        Tensor vector = model.Parameters().ToVector();
        Assert.Equal([2 * 3 + 3 + 3 + 3], vector.Shape);
        other.Parameters().LoadVector(vector);
        Assert.All(model.Parameters().Zip(other.Parameters()), static pair => Assert.True(pair.First.Equal(pair.Second)));
        Assert.All(other.Parameters(), static parameter => Assert.True(parameter.IsLeaf && parameter.RequiresGrad));
    }

    [Fact]
    public void The_vector_is_differentiable()
    {
        Linear model = new(2, 1);
        model.Parameters().ToVector().Square().Sum().Backward();
        Assert.True(model.Weight.Grad!.AllClose(model.Weight.Detach() * 2));
    }

    [Fact]
    public void A_vector_of_another_length_changes_nothing()
    {
        Linear model = new(2, 3);
        Tensor before = model.Parameters().ToVector().Detach();
        foreach (Tensor wrong in (Tensor[])[Tensor.Ones(8), Tensor.Ones(10), Tensor.Ones(9, 1)])
        {
            Assert.Contains("9 numbers", Assert.Throws<ShapeException>(() => model.Parameters().LoadVector(wrong)).Message,
                StringComparison.Ordinal);
        }

        Assert.True(before.Equal(model.Parameters().ToVector().Detach()));
        Assert.Throws<ArgumentException>(() => Array.Empty<Tensor>().ToVector());
    }
}
