using DeepLearning;

// Exercises the library in a trimmed program; the exit status says whether it computed what it should.
Tensor x = Tensor.From([1f, 2f, 3f, 4f]);
Tensor weight = Tensor.From([0.1f, -0.2f, 0.3f, -0.4f]);
weight.RequiresGrad = true;
float loss = 0;
for (int step = 0; step < 200; step++)
{
    // Fits tanh(w x) to 0.5, element by element.
    Tensor error = (x * weight).Tanh() - 0.5;
    Tensor sum = (error * error).Sum();
    weight.Grad = null;
    sum.Backward();
    using (GradMode.NoGrad())
    {
        weight.AddInPlace(weight.Grad! * -0.1);
    }

    loss = sum.Item<float>();
}

Console.WriteLine(FormattableString.Invariant($"loss after 200 steps: {loss:E2}; weights {weight}"));
return loss < 1e-4f ? 0 : 1;
