namespace DeepLearning.Models;

/// <summary>What a diffusion model predicts.</summary>
public enum DiffusionPrediction
{
    /// <summary>The noise ε (Ho, Jain and Abbeel 2020).</summary>
    Noise,

    /// <summary>v = √ᾱ ε − √(1 − ᾱ) x₀ (Salimans and Ho 2022, "Progressive distillation for fast sampling of diffusion models").</summary>
    Velocity,

    /// <summary>The data x₀.</summary>
    Data,
}

/// <summary>
/// Diffusion of data into noise and back: the loss that a model is trained by, and the samplers DDPM (Ho, Jain and Abbeel 2020) and DDIM
/// (Song, Meng and Ermon 2021, "Denoising diffusion implicit models"), with classifier-free guidance (Ho and Salimans 2022).
/// </summary>
/// <param name="schedule">How noise is added.</param>
/// <param name="prediction">What the model predicts.</param>
public sealed class GaussianDiffusion(NoiseSchedule schedule, DiffusionPrediction prediction = DiffusionPrediction.Noise)
{
    /// <summary>How noise is added.</summary>
    public NoiseSchedule Schedule { get; } = schedule ?? throw new ArgumentNullException(nameof(schedule));

    /// <summary>What the model predicts.</summary>
    public DiffusionPrediction Prediction { get; } = prediction;

    /// <summary>The schedule and what is predicted.</summary>
    public override string ToString() => $"GaussianDiffusion({Schedule}, predicts {Prediction})";

    /// <summary>The data after some steps of noise: x_t = √ᾱ_t x₀ + √(1 − ᾱ_t) ε.</summary>
    /// <param name="data">x₀, [batch, ..].</param>
    /// <param name="steps">t of each sample, int64 or int32 [batch].</param>
    /// <param name="noise">ε, of the data's shape.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="IndexException">A step is past the schedule's.</exception>
    public Tensor AddNoise(Tensor data, Tensor steps, Tensor noise)
    {
        Check(nameof(AddNoise), data, steps, noise);
        (Tensor signal, Tensor share) = Rates(steps, data);
        return (data * signal) + (noise * share);
    }

    /// <summary>What the model should predict of data with noise.</summary>
    /// <inheritdoc cref="AddNoise"/>
    public Tensor Target(Tensor data, Tensor steps, Tensor noise)
    {
        Check(nameof(Target), data, steps, noise);
        (Tensor signal, Tensor share) = Rates(steps, data);
        return Prediction switch
        {
            DiffusionPrediction.Noise => noise,
            DiffusionPrediction.Velocity => (noise * signal) - (data * share),
            _ => data,
        };
    }

    /// <summary>The data x₀ and the noise ε that a model's output stands for.</summary>
    /// <param name="noisy">x_t, [batch, ..].</param>
    /// <param name="steps">t of each sample, [batch].</param>
    /// <param name="output">What the model predicted, of the same shape.</param>
    /// <inheritdoc cref="AddNoise" path="/exception"/>
    public (Tensor Data, Tensor Noise) Split(Tensor noisy, Tensor steps, Tensor output)
    {
        Check(nameof(Split), noisy, steps, output);
        (Tensor signal, Tensor share) = Rates(steps, noisy);
        return Prediction switch
        {
            DiffusionPrediction.Noise => ((noisy - (output * share)) / signal, output),
            DiffusionPrediction.Velocity => ((noisy * signal) - (output * share), (noisy * share) + (output * signal)),
            _ => (output, (noisy - (output * signal)) / share),
        };
    }

    /// <summary>
    /// The loss of a batch: noise is added to each sample for a number of steps drawn at random, and the mean squared error of what the
    /// model predicts is taken (Ho, Jain and Abbeel 2020, equation 14).
    /// </summary>
    /// <param name="model">Predicts from x_t [batch, ..] and t [batch].</param>
    /// <param name="data">x₀, [batch, ..].</param>
    /// <param name="generator">The source of steps and noise; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ShapeException">The model's output is not of the data's shape.</exception>
    public Tensor Loss(Func<Tensor, Tensor, Tensor> model, Tensor data, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        Tensor steps = Tensor.RandInt(0, Schedule.Steps, [data.Size(0)], DType.Int64, generator, data.Device);
        Tensor noise = Tensor.RandnLike(data.Detach(), generator);
        return Losses.Loss.MSE(model(AddNoise(data, steps, noise), steps), Target(data, steps, noise));
    }

    /// <summary>
    /// Classes for training with classifier-free guidance: some, drawn at random, become the number of classes, which stands for any.
    /// </summary>
    /// <param name="classes">int64 [batch].</param>
    /// <param name="count">The number of classes.</param>
    /// <param name="probability">The probability to become any.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    public static Tensor DropClasses(Tensor classes, int count, double probability = 0.1, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        OptionChecks.Probability(probability, nameof(DropClasses));
        GraphChecks.Numbers(nameof(DropClasses), classes, nameof(classes), nameof(classes), count + 1);
        Tensor drawn = Tensor.Rand(classes.Shape.ToArray(), DType.Float32, generator, classes.Device);
        return classes.MaskedFill(drawn.Less(probability), count);
    }

    /// <summary>
    /// A model under classifier-free guidance: any + scale · (of the class − any). At 1 it is the model of the classes, at 0 that of any.
    /// </summary>
    /// <param name="model">Predicts from x_t, t and classes, which are null for any.</param>
    /// <param name="classes">The classes wanted, [batch].</param>
    /// <param name="scale">How much the class counts; w + 1 of the paper.</param>
    /// <returns>A model of x_t and t.</returns>
    public static Func<Tensor, Tensor, Tensor> Guided(Func<Tensor, Tensor, Tensor?, Tensor> model, Tensor classes, double scale)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(classes);
        return (x, steps) =>
        {
            Tensor any = model(x, steps, null);
            return any + ((model(x, steps, classes) - any) * scale);
        };
    }

    /// <summary>
    /// Draws samples step by step (Ho, Jain and Abbeel 2020, algorithm 2), with the posterior's variance β̃_t = β_t (1 − ᾱ_(t−1))/(1 −
    /// ᾱ_t).
    /// </summary>
    /// <param name="model">Predicts from x_t and t.</param>
    /// <param name="start">Noise to start from, [batch, ..].</param>
    /// <param name="clip">The samples are kept in ± this; not when null.</param>
    /// <param name="generator">The source of noise; <see cref="Generator.Default"/> when null.</param>
    /// <returns>Samples of the start's shape.</returns>
    public Tensor SampleDDPM(Func<Tensor, Tensor, Tensor> model, Tensor start, double? clip = 1, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        using GradMode.Region none = GradMode.NoGrad();
        Tensor x = start;
        for (int t = Schedule.Steps - 1; t >= 0; t--)
        {
            double beta = Schedule.Betas[t], bar = Schedule.AlphasBar[t], before = t == 0 ? 1 : Schedule.AlphasBar[t - 1];
            Tensor data = Denoised(model, x, t, clip).Data;
            x = (data * (Math.Sqrt(before) * beta / (1 - bar))) + (x * (Math.Sqrt(1 - beta) * (1 - before) / (1 - bar)));
            if (t > 0)
            {
                x += Tensor.RandnLike(x, generator) * Math.Sqrt(beta * (1 - before) / (1 - bar));
            }
        }

        return x;
    }

    /// <summary>
    /// Draws samples in fewer steps (Song, Meng and Ermon 2021, equation 12), evenly spaced: with η = 0 the start alone decides, with η = 1
    /// and all steps it is DDPM.
    /// </summary>
    /// <param name="model">Predicts from x_t and t.</param>
    /// <param name="start">Noise to start from, [batch, ..].</param>
    /// <param name="steps">The number of steps, at most the schedule's.</param>
    /// <param name="eta">How much noise is added again, η.</param>
    /// <param name="clip">The samples are kept in ± this; not when null.</param>
    /// <param name="generator">The source of noise; <see cref="Generator.Default"/> when null.</param>
    /// <returns>Samples of the start's shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is not from 1 to the schedule's, or η is negative.</exception>
    public Tensor SampleDDIM(
        Func<Tensor, Tensor, Tensor> model, Tensor start, int steps = 50, double eta = 0, double? clip = 1, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentOutOfRangeException.ThrowIfNegative(eta);
        if (steps < 1 || steps > Schedule.Steps)
        {
            throw new ArgumentOutOfRangeException(
                nameof(steps), steps,
                $"{nameof(SampleDDIM)}: the number of steps must be from 1 to {Schedule.Steps}, those of the schedule.");
        }

        using GradMode.Region none = GradMode.NoGrad();
        Tensor x = start;
        for (int i = steps - 1; i >= 0; i--)
        {
            int t = Step(i);
            double bar = Schedule.AlphasBar[t], before = i == 0 ? 1 : Schedule.AlphasBar[Step(i - 1)];
            (Tensor data, Tensor noise) = Denoised(model, x, t, clip);
            double sigma = eta * Math.Sqrt((1 - before) / (1 - bar) * (1 - (bar / before)));
            x = (data * Math.Sqrt(before)) + (noise * Math.Sqrt(Math.Max(1 - before - (sigma * sigma), 0)));
            if (sigma > 0 && i > 0)
            {
                x += Tensor.RandnLike(x, generator) * sigma;
            }
        }

        return x;

        int Step(int index) => steps == 1 ? Schedule.Steps - 1 : (int)((long)index * (Schedule.Steps - 1) / (steps - 1));
    }

    private (Tensor Data, Tensor Noise) Denoised(Func<Tensor, Tensor, Tensor> model, Tensor x, int step, double? clip)
    {
        Tensor steps = Tensor.Full([x.Size(0)], (long)step, device: x.Device);
        (Tensor data, Tensor noise) = Split(x, steps, model(x, steps));
        if (clip is not { } limit)
        {
            return (data, noise);
        }

        double bar = Schedule.AlphasBar[step];
        data = data.Clamp(-limit, limit);
        return (data, (x - (data * Math.Sqrt(bar))) / Math.Sqrt(1 - bar));
    }

    /// <summary>√ᾱ and √(1 − ᾱ) of each sample, with as many axes as the data.</summary>
    private (Tensor Signal, Tensor Share) Rates(Tensor steps, Tensor data)
    {
        int[] shape = [data.Size(0), .. Enumerable.Repeat(1, data.Rank - 1)];
        Tensor bars = Tensor.From<double>([.. Schedule.AlphasBar]).To(data.Device).IndexSelect(0, steps).Reshape(shape);
        return (bars.Sqrt().To(data.DType), (1 - bars).Sqrt().To(data.DType));
    }

    private void Check(string name, Tensor data, Tensor steps, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(other);
        if (data.Rank == 0 || data.Shape != other.Shape || steps.Rank != 1 || steps.Size(0) != data.Size(0))
        {
            throw new ShapeException(
                $"{name}: {data.Shape}, {other.Shape} and steps {steps.Shape} do not fit; the first two must be of one shape [batch, ..], "
                + "the steps [batch].");
        }

        GraphChecks.Numbers(name, steps, nameof(steps), nameof(steps), Schedule.Steps);
    }
}
