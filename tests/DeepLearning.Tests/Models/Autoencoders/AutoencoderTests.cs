using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Optimizers;
using DeepLearning.Samples.Digits;

namespace DeepLearning.Tests.Models.Autoencoders;

public sealed class AutoencoderTests
{
    private const int Pixels = 64, Code = 8;

    [Fact]
    [Trait("Category", "Slow")]
    public void A_deep_autoencoder_beats_principal_components_of_the_same_width()
    {
        (Tensor training, Tensor test) = DigitTensors.Load();
        double linear = PrincipalError(training, test);
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        Autoencoder model = new(Pixels, [128, Code], static () => new ELU(), linearCode: true);
        Train(model, training, epochs: 40);
        double deep = Error(model, test, test);
        Assert.True(deep < 0.9 * linear, $"the autoencoder's error is {deep:0.00000}, that of {Code} components {linear:0.00000}");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Denoising_takes_more_than_half_of_the_noise_away()
    {
        (Tensor training, Tensor test) = DigitTensors.Load();
        using Generator.DefaultRegion region = new Generator(2).AsDefault();
        Autoencoder model = new(Pixels, [128], corruption: new GaussianNoise(0.3));
        Train(model, training, epochs: 20);
        Tensor noisy = test.GaussianNoise(0.3);
        double before = Loss.MSE(noisy, test).Item<float>(), after = Error(model, noisy, test);
        Assert.True(after < before / 2, $"the error is {before:0.0000} before, {after:0.0000} after");
    }

    [Fact]
    public void Stages_share_their_layers_with_the_whole_and_see_the_codes_of_those_before()
    {
        Autoencoder model = new(6, [5, 4, 3], static () => new Tanh());
        Tensor x = Tensor.Randn(7, 6), codes = x;
        List<Autoencoder> stages = [];
        foreach ((Autoencoder stage, Tensor inputs) in model.Stages(x))
        {
            Assert.True(inputs.Equal(codes));
            Assert.Equal(inputs.Shape, stage.Forward(inputs).Shape);
            SGD optimizer = new(stage.Parameters(), 0.1);
            Loss.MSE(stage.Forward(inputs), inputs).Backward();
            optimizer.Step();
            codes = stage.Encode(codes).Detach();
            stages.Add(stage);
        }

        Assert.Equal(3, stages.Count);
        Assert.True(model.Encode(x).Equal(codes));
        Assert.Same(((Linear)stages[1].Decoder[0]).Weight, ((Linear)model.Decoder[2]).Weight);
        Assert.True(stages[0].Decode(stages[1].Decode(stages[2].Decode(codes))).Equal(model.Forward(x)));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Greedy_pretraining_starts_the_whole_lower()
    {
        (Tensor training, Tensor test) = DigitTensors.Load();
        using Generator.DefaultRegion region = new Generator(3).AsDefault();
        Autoencoder plain = new(Pixels, [48, 32, 16], static () => new Sigmoid()), pretrained = plain.DeepCopy();
        foreach ((Autoencoder stage, Tensor inputs) in pretrained.Stages(training))
        {
            Train(stage, inputs, epochs: 5);
        }

        Assert.True(Error(pretrained, test, test) < Error(plain, test, test));
        Train(plain, training, epochs: 3);
        Train(pretrained, training, epochs: 3);
        (double with, double without) = (Error(pretrained, test, test), Error(plain, test, test));
        Assert.True(with < without, $"{with:0.0000} with pre-training, {without:0.0000} without");
    }

    [Fact]
    public void Noise_is_what_it_says_and_stays_out_of_evaluation()
    {
        using Generator.DefaultRegion region = new Generator(4).AsDefault();
        Tensor x = Tensor.Full([10000], 0.5);
        MaskingNoise masking = new(0.3);
        float[] masked = masking.Forward(x).ToArray<float>();
        Assert.InRange(masked.Count(static v => v == 0), 2800, 3200);
        Assert.Equal(10000, masked.Count(static v => v is 0 or 0.5f));
        float[] salted = new SaltAndPepperNoise(0.2).Forward(x).ToArray<float>();
        Assert.InRange(salted.Count(static v => v == 0), 900, 1100);
        Assert.InRange(salted.Count(static v => v == 1), 900, 1100);
        Assert.True(masking.Eval().Forward(x).Equal(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaskingNoise(1.5));
        Assert.Throws<ArgumentException>(() => new Autoencoder(4, []));
        Assert.Contains("[samples, units]", Assert.Throws<ShapeException>(() => AutoencoderPenalty.SparseL1(Tensor.Zeros(0, 3))).Message);
        Assert.Throws<ShapeException>(() => AutoencoderPenalty.Contractive(static h => h.Sum(-1), Tensor.Ones(2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AutoencoderPenalty.SparseKL(Tensor.Ones(2, 3), 1));
    }

    private static void Train(Autoencoder model, Tensor data, int epochs)
    {
        model.Train();
        Adam optimizer = new(model.Parameters(), 2e-3);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (Tensor rows in Tensor.RandPerm(data.Size(0)).Split(32))
            {
                using TensorScope scope = new();
                Tensor batch = data.IndexSelect(0, rows);
                optimizer.ZeroGrad();
                Loss.MSE(model.Forward(batch), batch).Backward();
                optimizer.Step();
            }
        }

        model.Eval();
    }

    private static double Error(Autoencoder model, Tensor input, Tensor target)
    {
        using GradMode.Region none = GradMode.NoGrad();
        return Loss.MSE(model.Eval().Forward(input), target).Item<float>();
    }

    private static double PrincipalError(Tensor training, Tensor test)
    {
        Tensor mean = training.Mean(0);
        (_, _, Tensor v) = Linalg.Svd(training - mean, fullMatrices: false);
        Tensor components = v.Narrow(0, 0, Code), centered = test - mean;
        return Loss.MSE(centered.MatMul(components.T).MatMul(components), centered).Item<float>();
    }
}

/// <summary>The digits as tensors.</summary>
internal static class DigitTensors
{
    /// <summary>Training and test images, [images, 64], from 0 to 1.</summary>
    public static (Tensor Training, Tensor Test) Load()
    {
        (DigitsData training, DigitsData test) = DigitsData.Load(DigitsData.DefaultPath).Split();
        return (Tensor.From(training.Pixels, training.Count, 64), Tensor.From(test.Pixels, test.Count, 64));
    }
}
