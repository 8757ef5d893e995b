namespace DeepLearning.Tests.Golden;

/// <summary>
/// How far a value may be from PyTorch's: relative to it, plus an absolute part in units of the tensor's scale. Below the smallest normal
/// number of its type it may be zero.
/// </summary>
internal readonly record struct GoldenTolerance(double Relative, double Absolute, double Subnormal = 0)
{
    /// <summary>Groups about single elements: an element answers for itself, not for the largest beside it.</summary>
    public static bool IsElementwise(string group) => group is "elementwise" or "binary" or "activations" or "promotion" or "movement";

    /// <summary>Whether 0 and −0 differ. In some operations it depends in PyTorch on the element's place in a vector.</summary>
    public static bool SeesSignOfZero(GoldenCase golden) =>
        IsElementwise(golden.Group)
            && golden.Op is not ("softshrink" or "maximum" or "minimum" or "fmax" or "fmin" or "clamp_tensor" or "elu" or "selu" or "celu"
            or "gelu");

    /// <param name="type">The dtype of the value.</param>
    /// <param name="order">0 for values, 1 for gradients, 2 for second-order gradients.</param>
    /// <param name="golden">The case.</param>
    public static GoldenTolerance For(string type, int order, GoldenCase golden)
    {
        if (golden.Group == "modules") // random ones: what a module is asked for, relative to the norm of the tensor
        {
            return type == "f64" ? new(0, order switch { 0 => 1e-12, 1 => 1e-11, _ => 1e-10 }) : new(0, order == 0 ? 4e-6 : 1e-5);
        }

        // Linear algebra is recorded to twelve digits: LAPACK's last bits depend on where its arrays lie.
        // The rounding of 200 steps of an optimizer adds up, and a small parameter is a difference of large steps; so is a small output
        // of a stack of normalized layers.
        double factor = golden.Group == "linalg" ? 1e2
            : golden.Group is "optimizer_paths" or "line_search" ? 1e3
            : golden.Group is "attention" or "model_attention" or "model_transformers" or "model_generative" or "model_vision" ? 1e2
            : s_looser.GetValueOrDefault((golden.Op, order), 1);
        return type switch
        {
            "f64" => new(factor * (order switch { 0 => 1e-13, 1 => 1e-12, _ => 1e-11 }), factor * (order == 0 ? 1e-16 : 1e-13)),
            "f32" => new(factor * (order switch { 0 => 1e-6, 1 => 4e-6, _ => 4e-5 }), factor * (order == 0 ? 1e-7 : 1e-6), 1.2e-38),
            "f16" => new(factor * (order == 0 ? 1.0 : 4.0) / 1024, 1e-7),
            // PyTorch rounds each step of a gradient, the library only the result
            "bf16" => new(factor * (order == 0 ? 1.0 : 4.0) / 128, 1e-7),
            _ => default,
        };
    }

    /// <summary>Whether a value is what it should be; <paramref name="scale"/> is the largest finite value around it.</summary>
    public bool Accepts(double expected, double actual, double scale, bool signOfZero)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
        {
            return double.IsNaN(expected) && double.IsNaN(actual);
        }

        if (signOfZero && expected == 0 && actual == 0)
        {
            return double.IsNegative(expected) == double.IsNegative(actual);
        }

        return expected.Equals(actual) || Math.Abs(expected - actual) <= Relative * Math.Abs(expected) + Absolute * scale + Subnormal;
    }

    /// <summary>Operations that amplify rounding, or that PyTorch computes less exactly, and by how much more they may differ.</summary>
    private static readonly Dictionary<(string Op, int Order), double> s_looser = new()
    {
        // PyTorch's trigamma is good to ten digits only.
        [("trigamma", 0)] = 1e5,
        [("trigamma", 1)] = 1e4,
        [("trigamma", 2)] = 1e4,
        [("digamma", 1)] = 1e4,
        [("digamma", 2)] = 1e4,
        [("lgamma", 2)] = 1e2,
        [("matmul", 0)] = 10, // long sums of both signs, in another order
        [("RMSprop", 0)] = 1e2, // centred: a root of a difference
        [("cross_entropy", 2)] = 10, // composed, 1 − p of a certain class keeps the rounding of p
        [("binary_cross_entropy", 2)] = 1e3, // PyTorch adds 1e-12 to a denominator
        [("binary_cross_entropy_weight", 2)] = 1e3,

        // The weights of a cubic curve have both signs, and PyTorch rounds them to the element type.
        [("interpolate", 0)] = 40,

        // PyTorch loses digits of x − 1 near 1.
        [("acosh", 1)] = 1e2,

        // A small difference of large numbers, in PyTorch too.
        [("gelu", 0)] = 1e2,
        [("tanhshrink", 0)] = 10,
        [("logaddexp2", 0)] = 10,

        // PyTorch keeps the constants 1 / α and 1 / 6 in float32, whatever the type.
        [("celu", 1)] = 1e5,
        [("celu", 2)] = 1e5,
        [("hardsigmoid", 1)] = 1e5,
        [("Hardsigmoid", 1)] = 1e5,

        // Numbers near 0 among larger ones, and what is left of groups of one number.
        [("GroupNorm", 0)] = 10,
        [("GroupNorm", 2)] = 10,
        [("InstanceNorm2d", 0)] = 10,

        // PyTorch rounds the quotient to 16 bits before it takes the logarithm.
        [("logit", 0)] = 2,
    };
}
