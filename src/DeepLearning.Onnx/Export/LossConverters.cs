namespace DeepLearning.Onnx.Export;

/// <summary>Losses: a formula of prediction and target, and what is made of its elements.</summary>
internal static class LossConverters
{
    private const double LeastLogarithm = -100;

    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        Action<NodeContext> logit = to["Logit"];
        to["Logit"] = n =>
        {
            if (n.Count > 1)
            {
                n.Set(WithLogits(n));
            }
            else
            {
                logit(n);
            }
        };
        (string, Func<NodeContext, string>)[] formulas =
        [
            ("BCE", Probability), ("Probability", Probability), ("BCEWithLogits", WithLogits), ("WeightedLogit", WeightedLogit),
            ("Weighed", static n => FunctionConverters.Weighed(n, n.Y, n.X)), ("MSE", Squared), ("MSELoss", Squared), ("L1", Distance),
            ("L1Loss", Distance), ("Huber", static n => Huber(n, n.Double("delta"), 1)),
            ("HuberLoss", static n => Huber(n, n.Double("delta"), 1)), ("SmoothL1", SmoothL1), ("SmoothL1Loss", SmoothL1),
            ("KLDiv", static n => n.Flag("log_target") ? LogDivergence(n) : Divergence(n)), ("Divergence", Divergence),
            ("LogDivergence", LogDivergence), ("LogCosh", LogCosh), ("MAPE", Percentage), ("Percentage", Percentage),
            ("MSLE", Logarithmic), ("Logarithmic", Logarithmic), ("HingeEmbedding", HingeEmbedding), ("MultiMargin", MultiMargin),
            ("SoftMargin", static n => ActivationConverters.Smooth(n, n.Op("Neg", [n.Op("Mul", [n.X, n.Y])]))), ("SquaredHinge",
                SquaredHinge),
            ("Margin", Margin), ("MarginRanking", Margin), ("Focal", Focal), ("SigmoidFocal", SigmoidFocal), ("PoissonNLL", Poisson),
            ("Poisson", Poisson),
        ];
        foreach ((string name, Func<NodeContext, string> formula) in formulas)
        {
            to[name] = n => n.Set(Reduced(n, formula(n)));
        }

        to["CrossEntropy"] = CrossEntropy;
    }

    private static string Reduced(NodeContext n, string losses)
    {
        string reduction = n.Told("reduction") ? n.Text("reduction") : "None";
        int rank = Math.Max(n.Rank(0), n.Rank(1));
        long[] all = [.. Enumerable.Range(0, rank).Select(static axis => (long)axis)];
        return reduction switch
        {
            "Sum" => n.Reduce("ReduceSum", losses, all, false),
            "Mean" => n.Reduce("ReduceMean", losses, all, false),
            "BatchMean" => n.Op("Div", [n.Reduce("ReduceSum", losses, all, false), n.Number(n.Shape(0)[0])]),
            _ => losses,
        };
    }

    private static string Difference(NodeContext n) => n.Op("Sub", [n.X, n.Y]);

    private static string Distance(NodeContext n) => n.Op("Abs", [Difference(n)]);

    private static string Square(NodeContext n, string x) => n.Op("Mul", [x, x]);

    private static string Squared(NodeContext n) => Square(n, Difference(n));

    private static string AtLeast(NodeContext n, string x, double least) => n.Op("Max", [x, n.N(least)]);

    private static string OneMinus(NodeContext n, string x) => n.Op("Sub", [n.N(1), x]);

    private static string Probability(NodeContext n)
    {
        string a = n.X, b = n.Y;
        string no = AtLeast(n, n.Op("Log", [OneMinus(n, a)]), LeastLogarithm), yes = AtLeast(n, n.Op("Log", [a]), LeastLogarithm);
        return n.Op("Sub", [n.Op("Mul", [n.Op("Sub", [b, n.N(1)]), no]), n.Op("Mul", [b, yes])]);
    }

    private static string WithLogits(NodeContext n)
    {
        string a = n.X, b = n.Y;
        string weight = n.Op("Where", [n.Op("Less", [a, n.N(0)]), n.Op("Neg", [b]), OneMinus(n, b)]);
        return n.Op("Add", [FunctionConverters.Weighed(n, weight, a), ActivationConverters.Smooth(n, n.Op("Neg", [n.Op("Abs", [a])]))]);
    }

    private static string WeightedLogit(NodeContext n)
    {
        string a = n.X, b = n.Y;
        return n.Op("Add", [
            FunctionConverters.Weighed(n, n.Op("Mul", [n.Cast(2, n.OutType), b]), ActivationConverters.Smooth(n, n.Op("Neg", [a]))),
            FunctionConverters.Weighed(n, OneMinus(n, b), ActivationConverters.Smooth(n, a))]);
    }

    private static string SmoothL1(NodeContext n) =>
        n.Double("beta") is var beta && beta == 0 ? Distance(n) : Huber(n, beta, beta);

    private static string Huber(NodeContext n, double limit, double divisor)
    {
        string distance = Distance(n), near = n.Op("Min", [distance, n.N(limit)]);
        string loss = n.Op("Mul", [near, n.Op("Sub", [distance, n.Op("Mul", [near, n.N(0.5)])])]);
        return divisor == 1 ? loss : n.Op("Div", [loss, n.N(divisor)]);
    }

    private static string Divergence(NodeContext n)
    {
        string b = n.Y, zero = n.Op("Equal", [b, n.N(0)]);
        string logarithm = n.Op("Log", [n.Op("Where", [zero, n.N(1), b])]);
        return n.Op("Sub", [n.Op("Mul", [b, logarithm]), FunctionConverters.Weighed(n, b, n.X)]);
    }

    private static string LogDivergence(NodeContext n)
    {
        string a = n.X, b = n.Y, difference = n.Op("Sub", [b, a]);
        string value = n.Op("Where", [
            n.Op("Equal", [difference, n.N(double.PositiveInfinity)]), difference, n.Op("Mul", [n.Op("Exp", [b]), difference])]);
        string none = n.Op("Equal", [b, n.N(double.NegativeInfinity)]);
        return n.Op("Where", [n.Op("And", [none, n.Op("Not", [ComparisonConverters.IsNaN(n, a, n.OutType)])]), n.N(0), value]);
    }

    private static string LogCosh(NodeContext n)
    {
        string distance = Distance(n), tail = ActivationConverters.Smooth(n, n.Op("Mul", [distance, n.N(-2)]));
        return n.Op("Add", [distance, n.Op("Sub", [tail, n.N(Math.Log(2))])]);
    }

    private static string Percentage(NodeContext n) =>
        n.Op("Div", [Distance(n), AtLeast(n, n.Op("Abs", [n.Y]), n.Double("eps"))]);

    private static string Logarithmic(NodeContext n) =>
        Square(n, n.Op("Sub", [FunctionConverters.Log1p(n, n.X), FunctionConverters.Log1p(n, n.Y)]));

    private static string HingeEmbedding(NodeContext n) => n.Op("Where", [
        n.Op("Greater", [n.Y, n.N(0)]), n.X, AtLeast(n, n.Op("Sub", [n.N(n.Double("margin")), n.X]), 0)]);

    private static string MultiMargin(NodeContext n)
    {
        string excess = n.Op("Add", [n.X, n.N(n.Double("margin"))]);
        string positive = n.Op("Where", [n.Op("Equal", [n.Y, n.N(0)]), n.N(0), AtLeast(n, excess, 0)]);
        return n.Int("p") == 1 ? positive : Square(n, positive);
    }

    private static string SquaredHinge(NodeContext n) => Square(n, AtLeast(n, OneMinus(n, n.Op("Mul", [n.X, n.Y])), 0));

    private static string Margin(NodeContext n) =>
        AtLeast(n, n.Op("Sub", [n.N(n.Double("margin")), n.Op("Mul", [n.Y, n.X])]), 0);

    /// <summary>(1 − p)^γ.</summary>
    private static string Focus(NodeContext n, string missing) => n.Double("gamma") switch
    {
        2 => Square(n, missing),
        1 => missing,
        double gamma => n.Op("Pow", [AtLeast(n, missing, 1e-30), n.N(gamma)]),
    };

    private static string Focal(NodeContext n) =>
        FunctionConverters.Weighed(n, Focus(n, n.Op("Neg", [FunctionConverters.Expm1(n, n.Y)])), n.X);

    private static string SigmoidFocal(NodeContext n)
    {
        string a = n.X, b = n.Y, not = OneMinus(n, b);
        string weight = n.Op("Add", [
            n.Op("Mul", [b, n.N(n.Double("alpha_positive"))]), n.Op("Mul", [not, n.N(n.Double("alpha_negative"))])]);
        string loss = n.Op("Mul", [weight, WithLogits(n)]);
        if (n.Double("gamma") == 0)
        {
            return loss;
        }

        string missing = n.Op("Add", [
            n.Op("Mul", [b, n.Op("Sigmoid", [n.Op("Neg", [a])])]), n.Op("Mul", [not, n.Op("Sigmoid", [a])])]);
        return FunctionConverters.Weighed(n, Focus(n, missing), loss);
    }

    private static string Poisson(NodeContext n)
    {
        string a = n.X, b = n.Y;
        string loss = n.Flag("log_input")
            ? n.Op("Sub", [n.Op("Exp", [a]), n.Op("Mul", [b, a])])
            : n.Op("Sub", [a, n.Op("Mul", [b, n.Op("Log", [n.Op("Add", [a, n.N(n.Double("eps"))])])])]);
        if (!n.Flag("full"))
        {
            return loss;
        }

        // Stirling's approximation of ln b!
        string large = n.Op("Greater", [b, n.N(1)]), count = n.Op("Where", [large, b, n.N(1)]), logarithm = n.Op("Log", [count]);
        string factorial = n.Op("Add", [
            n.Op("Sub", [n.Op("Mul", [count, logarithm]), count]),
            n.Op("Mul", [n.Op("Add", [logarithm, n.N(Math.Log(2 * Math.PI))]), n.N(0.5)])]);
        return n.Op("Add", [loss, n.Op("Where", [large, factorial, n.N(0)])]);
    }

    private static void CrossEntropy(NodeContext n)
    {
        double smoothing = n.Double("label_smoothing");
        long ignored = n.Int("ignore_index");
        string reduction = n.Text("reduction");
        if (smoothing == 0 && reduction is "Sum" or "Mean")
        {
            n.Set(n.Op(
                "SoftmaxCrossEntropyLoss", n.Has(2) ? [n.X, n.In(1), n.Cast(2, n.OutType)] : [n.X, n.In(1)],
                ("reduction", reduction.ToLowerInvariant()), ("ignore_index", ignored)));
            return;
        }

        string classes = n.Cast(1, DType.Int64);
        string leftOut = n.Op("Equal", [classes, n.Emitter.Number(ignored, DType.Int64)]);
        string places = n.Op("Where", [leftOut, n.Emitter.Number(0, DType.Int64), classes]);
        string logarithms = n.Op("LogSoftmax", [
            n.Op("Where", [n.Unsqueeze(leftOut, 1), n.N(0), n.X])], ("axis", 1));
        string taken = n.Squeeze(n.Op("GatherElements", [logarithms, n.Unsqueeze(places, 1)], ("axis", 1)), 1);
        string weight = n.Has(2) ? n.Op("Gather", [n.Cast(2, n.OutType), places], ("axis", 0)) : n.N(1);
        string weights = n.Op("Where", [leftOut, n.N(0), weight]);
        string losses = n.Op("Neg", [FunctionConverters.Weighed(n, weights, taken)]);
        if (smoothing > 0)
        {
            double share = smoothing / n.FixedShape(0)[1];
            string all = n.Has(2) ? n.Op("Mul", [logarithms, n.Cast(2, n.OutType)]) : logarithms;
            string spread = n.Op("Mul", [n.Reduce("ReduceSum", all, [1], false), n.N(-share)]);
            spread = n.Op("Where", [leftOut, n.N(0), spread]);
            losses = n.Op("Add", [n.Op("Mul", [losses, n.N(1 - smoothing)]), spread]);
        }

        n.Set(reduction switch
        {
            "Sum" => n.Reduce("ReduceSum", losses, [0], false),
            "Mean" => n.Op("Div", [n.Reduce("ReduceSum", losses, [0], false), n.Reduce("ReduceSum", weights, [0], false)]),
            _ => n.Reshape(losses, n.OutShape),
        });
    }
}
