using DeepLearning.Layers;

namespace DeepLearning.Samples.Digits;

/// <summary>A small convolutional network for 8×8 images: two 3×3 convolutions, pooling, and two linear layers.</summary>
public sealed class DigitsNet : Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1 = new(1, 32, 3, padding: 1);
    private readonly Conv2d _conv2 = new(32, 64, 3, padding: 1);
    private readonly MaxPool2d _pool = new(2);
    private readonly Dropout _dropout = new(0.25);
    private readonly Linear _hidden = new(64 * 4 * 4, 128);
    private readonly Linear _output = new(128, DigitsData.Classes);

    /// <summary>[batch, 1, 8, 8] → [batch, 10], the scores of the digits.</summary>
    public override Tensor Forward(Tensor x)
    {
        x = _conv1.Forward(x).Relu();
        x = _pool.Forward(_conv2.Forward(x).Relu());
        x = _dropout.Forward(x.Flatten(1));
        x = _dropout.Forward(_hidden.Forward(x).Relu());
        return _output.Forward(x);
    }
}
