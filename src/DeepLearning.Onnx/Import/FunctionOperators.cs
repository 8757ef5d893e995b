namespace DeepLearning.Onnx.Import;

/// <summary>Elementary functions of one element, and conversions.</summary>
internal static class FunctionOperators
{
    public static void Add(Operators to)
    {
        foreach ((string name, Func<Tensor, Tensor> function) in ((string, Func<Tensor, Tensor>)[])[
            ("Acos", static x => x.Acos()), ("Acosh", static x => x.Acosh()), ("Asin", static x => x.Asin()),
            ("Asinh", static x => x.Asinh()), ("Atan", static x => x.Atan()), ("Atanh", static x => x.Atanh()),
            ("Ceil", static x => x.Ceil()), ("Cos", static x => x.Cos()), ("Cosh", static x => x.Cosh()), ("Erf", static x => x.Erf()),
            ("Exp", static x => x.Exp()), ("Floor", static x => x.Floor()), ("Log", static x => x.Log()),
            ("Round", static x => x.Round()), ("Sin", static x => x.Sin()), ("Sinh", static x => x.Sinh()),
            ("Sqrt", static x => x.Sqrt()), ("Tan", static x => x.Tan()), ("Tanh", static x => x.Tanh())])
        {
            to.Add(name, c => c.Keep(0, function(c[0])));
        }

        to.AddMany("Identity", static c => [c.ValueOrNull(0)]);
        to.Add("Cast", static c => Conversion.To(c.Value(0), ElementTypes.From((int)c.Int("to"))));
        to.Add("CastLike", static c => Conversion.To(c.Value(0), c.Type(1)));
    }
}
