using DeepLearning.Numerics;

// Exercises the library in a trimmed program; the exit status says whether it computed what it should.
double expected = 1 - Math.Pow(Math.Tanh(0.5), 2);
Dual<Lane<double>> slope = Dual<Lane<double>>.Tanh(new Dual<Lane<double>>(0.5, 1.0));
double error = Math.Abs(slope.D.Value - expected);
Console.WriteLine(FormattableString.Invariant($"derivative of tanh at 0.5: {slope.D.Value:R}, off by {error:E1}"));
return error < 1e-14 ? 0 : 1;
