using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Golden;

internal static class OptimizerBindings
{
    private static readonly int[] s_recorded = [1, 2, 3, 10, 60, 120];

    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["SGD"] = c => Trajectory(c, p => new SGD(p, Options<SGDOptions>(c))),
        ["SGD.groups"] = c => Trajectory(c, p => new SGD(Groups<SGDOptions>(c, p))),
        ["Adagrad"] = c => Trajectory(c, p => new AdaGrad(p, Options<AdaGradOptions>(c))),
        ["Adagrad.groups"] = c => Trajectory(c, p => new AdaGrad(Groups<AdaGradOptions>(c, p))),
        ["RMSprop"] = c => Trajectory(c, p => new RMSprop(p, Options<RMSpropOptions>(c))),
        ["RMSprop.groups"] = c => Trajectory(c, p => new RMSprop(Groups<RMSpropOptions>(c, p))),
        ["Adadelta"] = c => Trajectory(c, p => new AdaDelta(p, Options<AdaDeltaOptions>(c))),
        ["Adadelta.groups"] = c => Trajectory(c, p => new AdaDelta(Groups<AdaDeltaOptions>(c, p))),
        ["Adam"] = c => Trajectory(c, p => new Adam(p, Options<AdamOptions>(c))),
        ["Adam.groups"] = c => Trajectory(c, p => new Adam(Groups<AdamOptions>(c, p))),
        ["AdamW"] = c => Trajectory(c, p => new AdamW(p, Options<AdamOptions>(c, 0.01))),
        ["AdamW.groups"] = c => Trajectory(c, p => new AdamW(Groups<AdamOptions>(c, p, 0.01))),
        ["clip_grad_norm"] = c => Clip(c, p => [Gradients.ClipNorm(p, c.Double("max_norm"), c.Double("norm_type"))]),
        ["clip_grad_value"] = c => Clip(c, p =>
        {
            Gradients.ClipValue(p, c.Double("clip_value"));
            return [];
        }),
    };

    private static Tensor[] Clip(GoldenCall c, Func<Tensor[], Tensor[]> clip)
    {
        Tensor[] parameters = [.. c.All.Select(g => new Parameter(Tensor.ZerosLike(g)) { Grad = g.Clone() })];
        Tensor[] outputs = clip(parameters);
        return [.. outputs, .. parameters.Select(p => p.Grad!)];
    }

    /// <summary>A 3-4-1 tanh network over 120 steps, as optimizers.py has it.</summary>
    private static Tensor[] Trajectory(GoldenCall c, Func<Tensor[], Optimizer> make)
    {
        Tensor x = c[0], y = c[1];
        Tensor[] p = [.. c[2..].Select(t => t.Clone())];
        foreach (Tensor parameter in p)
        {
            parameter.RequiresGrad = true;
        }

        Optimizer optimizer = make(p);
        List<Tensor> kept = [];
        List<double> losses = [];
        for (int step = 1; step <= s_recorded[^1]; step++)
        {
            optimizer.ZeroGrad();
            Tensor error = (x.MatMul(p[0]) + p[1]).Tanh().MatMul(p[2]) + p[3] - y;
            Tensor loss = (error * error).Sum() / (double)error.Count;
            loss.Backward();
            optimizer.Step();
            if (s_recorded.Contains(step))
            {
                kept.AddRange(p.Select(t => t.Detach().Clone()));
                losses.Add(loss.Item<double>());
            }
        }

        return [.. kept, Tensor.From(losses.ToArray())];
    }

    private static IEnumerable<ParameterGroup<TOptions>> Groups<TOptions>(GoldenCall c, Tensor[] p, double weightDecay = 0)
        where TOptions : OptimizerOptions, new()
    {
        TOptions second = Options<TOptions>(c);
        second.LearningRate *= 2;
        second.WeightDecay = 0.05;
        return [new(p[..2], Options<TOptions>(c, weightDecay)), new(p[2..], second)];
    }

    private static TOptions Options<TOptions>(GoldenCall c, double weightDecay = 0)
        where TOptions : OptimizerOptions, new()
    {
        TOptions options = new();
        options.LearningRate = c.Double("lr", options.LearningRate);
        options.WeightDecay = c.Double("weight_decay", weightDecay);
        options.Maximize = c.Bool("maximize", false);
        switch (options)
        {
            case SGDOptions sgd:
                sgd.Momentum = c.Double("momentum", 0);
                sgd.Dampening = c.Double("dampening", 0);
                sgd.Nesterov = c.Bool("nesterov", false);
                break;
            case AdaGradOptions adaGrad:
                adaGrad.LearningRateDecay = c.Double("lr_decay", 0);
                adaGrad.InitialAccumulator = c.Double("initial_accumulator_value", 0);
                adaGrad.Eps = c.Double("eps", adaGrad.Eps);
                break;
            case RMSpropOptions rms:
                rms.Alpha = c.Double("alpha", rms.Alpha);
                rms.Momentum = c.Double("momentum", 0);
                rms.Centered = c.Bool("centered", false);
                rms.Eps = c.Double("eps", rms.Eps);
                break;
            case AdaDeltaOptions adaDelta:
                adaDelta.Rho = c.Double("rho", adaDelta.Rho);
                adaDelta.Eps = c.Double("eps", adaDelta.Eps);
                break;
            case AdamOptions adam:
                if (c.Has("betas"))
                {
                    double[] betas = [.. c.Case.Argument("betas").EnumerateArray().Select(b => b.GetDouble())];
                    (adam.Beta1, adam.Beta2) = (betas[0], betas[1]);
                }

                adam.Eps = c.Double("eps", adam.Eps);
                adam.AMSGrad = c.Bool("amsgrad", false);
                break;
        }

        return options;
    }
}
