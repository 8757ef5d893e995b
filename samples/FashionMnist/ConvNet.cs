using DeepLearning.Layers;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>Two convolutions with pooling, and one linear layer over what they found: about 50,000 parameters.</summary>
internal sealed class ConvNet : Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = new(1, 32, 3, padding: 1);
    private readonly Conv2d _conv2 = new(32, 64, 3, padding: 1);
    private readonly MaxPool2d _pool = new(2);
    private readonly Dropout _dropout = new(0.3);
    private readonly Linear _output = new(64 * 7 * 7, 10);

    /// <summary>[batch, 1, 28, 28], pixels from 0 to 1 → [batch, 10], the scores of the classes.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = Pixels.Normalize(x);

        // The greatest of four, then ReLU: the same as ReLU first, for a quarter of the work.
        x = _pool.Forward(_conv1.Forward(x)).Relu(); // [batch, 32, 14, 14]
        x = _pool.Forward(_conv2.Forward(x)).Relu(); // [batch, 64, 7, 7]
        return _output.Forward(_dropout.Forward(x.Flatten(1)));
    }
}
