using DeepLearning.Layers;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>Two convolutions with pooling, and two linear layers over what they found.</summary>
internal sealed class ConvNet : Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = new(1, 16, 3, padding: 1);
    private readonly Conv2d _conv2 = new(16, 32, 3, padding: 1);
    private readonly MaxPool2d _pool = new(2);
    private readonly Linear _hidden = new(32 * 7 * 7, 128);
    private readonly Linear _output = new(128, 10);
    private readonly Dropout _dropout = new(0.2);

    /// <summary>[batch, 1, 28, 28], pixels from 0 to 1 → [batch, 10], the scores of the classes.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = Pixels.Normalize(x);

        // The greatest of four, then ReLU: the same as ReLU first, for a quarter of the work.
        x = _pool.Forward(_conv1.Forward(x)).Relu(); // [batch, 16, 14, 14]
        x = _pool.Forward(_conv2.Forward(x)).Relu(); // [batch, 32, 7, 7]
        x = _dropout.Forward(x.Flatten(1));
        x = _dropout.Forward(_hidden.Forward(x).Relu());
        return _output.Forward(x);
    }
}
