using DeepLearning.Layers;

namespace DeepLearning.Samples.FashionMnist;

/// <summary>A multi-layer perceptron: it sees 784 pixels in no particular order, and knows nothing of rows and columns.</summary>
internal sealed class Mlp : Module<Tensor, Tensor>
{
    private readonly Linear _linear1 = new(28 * 28, 256);
    private readonly Linear _linear2 = new(256, 128);
    private readonly Linear _output = new(128, 10);
    private readonly Dropout _dropout = new(0.2);

    /// <summary>[batch, 1, 28, 28], pixels from 0 to 1 → [batch, 10], the scores of the classes.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = Pixels.Normalize(x).Flatten(1);
        x = _dropout.Forward(_linear1.Forward(x).Relu());
        x = _dropout.Forward(_linear2.Forward(x).Relu());
        return _output.Forward(x);
    }
}
