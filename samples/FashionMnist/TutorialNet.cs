using DeepLearning.Layers;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>
/// The network of a tutorial that stands in the set's benchmark table with 0.916: two 5×5 convolutions with pooling, 1,024 hidden units.
/// </summary>
internal sealed class TutorialNet : Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = new(1, 32, 5, padding: 2);
    private readonly Conv2d _conv2 = new(32, 64, 5, padding: 2);
    private readonly MaxPool2d _pool = new(2);
    private readonly Linear _hidden = new(64 * 7 * 7, 1024);
    private readonly Linear _output = new(1024, 10);
    private readonly Dropout _dropout = new(0.4);

    /// <summary>[batch, 1, 28, 28], pixels from 0 to 1 → [batch, 10], the scores of the classes.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = Pixels.Normalize(x);
        x = _pool.Forward(_conv1.Forward(x)).Relu(); // [batch, 32, 14, 14]
        x = _pool.Forward(_conv2.Forward(x)).Relu(); // [batch, 64, 7, 7]
        x = _hidden.Forward(x.Flatten(1)).Relu();
        return _output.Forward(_dropout.Forward(x));
    }
}
