using DeepLearning.Layers;

namespace DeepLearning.Losses;

public static partial class Loss
{
    /// <summary>
    /// The loss of scores of true pairs among random ones: −log σ(x) − Σ log σ(−n), the sum over the negatives n of each. Mikolov et al.,
    /// "Distributed representations of words and phrases and their compositionality", 2013.
    /// </summary>
    /// <param name="input">The score of each true pair, x, [N] or any other shape.</param>
    /// <param name="negatives">The scores of the negatives of each, n: that shape and one more axis, [N, K].</param>
    /// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor NegativeSampling(Tensor input, Tensor negatives, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, negatives) = (cast.Of(input), cast.Of(negatives));
        const string Name = "NegativeSampling";
        SampledScores.Check(Name, input, negatives, reduction);
        DType result = LossOperands.ResultOf(input, negatives), compute = result.Compute();
        return LossOperands.Reduce(SampledScores.Losses(input.To(compute), negatives.To(compute)), reduction, result);
    }

    /// <summary>
    /// Noise-contrastive estimation: the scores of the data and of K noise samples each are told apart by logistic regression, as if they
    /// were normalized log-probabilities: −log σ(x − log K·q(x)) − Σ log σ(−(n − log K·q(n))), q being the noise's distribution. Gutmann
    /// and Hyvärinen, "Noise-contrastive estimation", 2010; Mnih and Teh, 2012.
    /// </summary>
    /// <param name="input">The score of each data point, x, [N] or any other shape.</param>
    /// <param name="noise">The scores of the noise samples of each, n: that shape and one more axis, [N, K].</param>
    /// <param name="inputLogNoise">The logarithm of what probability the noise gives each data point, log q(x), of the input's
    /// shape.</param>
    /// <param name="noiseLogNoise">The logarithm of what probability it gives each sample, log q(n), of the noise's shape.</param>
    /// <param name="reduction">Whether the mean, the sum or the data points' losses themselves are returned.</param>
    /// <returns>A zero-dimensional tensor, or one of the input's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public static Tensor NoiseContrastive(
        Tensor input, Tensor noise, Tensor inputLogNoise, Tensor noiseLogNoise, LossReduction reduction = LossReduction.Mean)
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, noise, inputLogNoise, noiseLogNoise) = (cast.Of(input), cast.Of(noise), cast.Of(inputLogNoise), cast.Of(noiseLogNoise));
        const string Name = "NoiseContrastive";
        SampledScores.Check(Name, input, noise, reduction);
        LossOperands.CheckEqual(Name, input, "input", inputLogNoise, "log-probability under the noise");
        LossOperands.CheckEqual(Name, noise, "noise", noiseLogNoise, "log-probability under the noise");
        DType result = LossOperands.ResultOf(input, noise), compute = result.Compute();
        double samples = Math.Log(noise.Size(-1));
        Tensor own = input.To(compute) - (inputLogNoise.To(compute) + samples);
        Tensor others = noise.To(compute) - (noiseLogNoise.To(compute) + samples);
        return LossOperands.Reduce(SampledScores.Losses(own, others), reduction, result);
    }
}

file static class SampledScores
{
    public static void Check(string name, Tensor input, Tensor samples, LossReduction reduction)
    {
        LossOperands.CheckFloating(name, input, "input");
        LossOperands.CheckFloating(name, samples, "samples");
        LossOperands.CheckReduction(name, reduction, input);
        Broadcasting.CheckDevices(input, samples, name);
        if (samples.Rank != input.Rank + 1 || samples.Shape[..^1] != input.Shape || samples.Size(-1) == 0)
        {
            throw new ShapeException(
                $"{name}: scores {samples.Shape} of samples do not fit scores {input.Shape}; they have that shape and one more axis, of "
                + "one sample or more.");
        }
    }

    public static Tensor Losses(Tensor own, Tensor others) => -(own.LogSigmoid() + (-others).LogSigmoid().Sum(-1));
}

/// <summary><see cref="Loss.NegativeSampling"/> as a module.</summary>
/// <param name="reduction">Whether the mean, the sum or the pairs' losses themselves are returned.</param>
public sealed class NegativeSamplingLoss(LossReduction reduction = LossReduction.Mean) : Module<Tensor, Tensor, Tensor>
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor first, Tensor second) => Loss.NegativeSampling(first, second, reduction);
}
