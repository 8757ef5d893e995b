using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>Functions that listen to a layer.</summary>
public class HookTests
{
    [Fact]
    public void Hooks_see_input_and_output_may_replace_them_and_can_be_removed()
    {
        Linear layer = new(2, 3);
        Tensor x = Tensor.Randn(4, 2);
        Tensor plain = layer.Forward(x);
        List<string> order = [];
        IDisposable before = layer.RegisterForwardPreHook((who, input) =>
        {
            Assert.Same(layer, who);
            order.Add("before");
            return input * 2;
        });
        IDisposable after = layer.RegisterForwardHook((who, input, output) =>
        {
            Assert.True(input.Equal(x * 2));
            order.Add("after");
            return output + 1;
        });
        Assert.True(layer.Forward(x).AllClose((x * 2).Linear(layer.Weight, layer.Bias) + 1));
        Assert.Equal(["before", "after"], order);
        before.Dispose();
        after.Dispose();
        after.Dispose();
        Assert.True(layer.Forward(x).Equal(plain));
        Assert.Equal(2, order.Count);
    }

    [Fact]
    public void A_backward_hook_gets_the_gradients_of_this_layer_alone()
    {
        Linear layer = new(2, 2, bias: false, dtype: DType.Float64);
        Tensor x = Tensor.Randn([3, 2], DType.Float64);
        x.RequiresGrad = true;
        Tensor? ofInput = null, ofOutput = null;
        using (layer.RegisterBackwardHook((_, input, output) =>
        {
            (ofInput, ofOutput) = (input!.Clone(), output.Clone());
            return null;
        }))
        {
            // The input is used beside the layer, too.
            ((layer.Forward(x) * 3) + x).Sum().Backward();
        }

        Assert.True(ofOutput!.Equal(Tensor.Full([3, 2], 3, DType.Float64)));
        Assert.True(ofInput!.AllClose(ofOutput.MatMul(layer.Weight.Detach())));
        Assert.True(x.Grad!.AllClose(ofInput + 1));
    }

    [Fact]
    public void A_backward_hook_may_replace_the_gradient_of_the_input()
    {
        Linear layer = new(2, 2);
        Tensor x = Tensor.Randn(3, 2);
        x.RequiresGrad = true;
        layer.RegisterBackwardHook((_, input, _) => Tensor.ZerosLike(input!));
        layer.Forward(x).Sum().Backward();
        Assert.True(x.Grad!.Equal(Tensor.Zeros(3, 2)));
        Assert.NotNull(layer.Weight.Grad);
    }

    [Fact]
    public void Without_a_gradient_of_the_input_a_backward_hook_gets_that_of_the_output()
    {
        Linear layer = new(2, 2);
        Tensor? ofOutput = null;
        bool hasInput = true;
        layer.RegisterBackwardHook((_, input, output) =>
        {
            (hasInput, ofOutput) = (input is not null, output);
            return null;
        });
        layer.Forward(Tensor.Ones(1, 2)).Sum().Backward();
        Assert.False(hasInput);
        Assert.NotNull(ofOutput);
        layer.Eval();
        ofOutput = null;
        using (GradMode.NoGrad())
        {
            layer.Forward(Tensor.Ones(1, 2));
        }

        Assert.Null(ofOutput);
    }

    [Fact]
    public void A_layer_that_passes_its_input_on_calls_the_hook_once()
    {
        Identity layer = new();
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        int calls = 0;
        layer.RegisterBackwardHook((_, input, output) =>
        {
            calls++;
            Assert.True(input!.Equal(output));
            return null;
        });
        layer.Forward(x).Sum().Backward();
        Assert.Equal(1, calls);
        Assert.Equal([1f, 1f], x.Grad!.ToArray<float>());
    }
}
