"""Expressions, equations and complex numbers: near misses beside true variants, decided without computer algebra.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is incorrect.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.algebra import decide_algebra
from verifier.route import decide
from verifier.types import AnswerType

AGREE = {
    "expression": r"""
        0.8x+12.5 | 0.83x+12.46
        100e^{-0.0231t} | 100e^{-\frac{\ln 2}{30} t}
        \nabla\times F | \nabla\times\vec{F}
        x^2+2x+1 | (x+1)^2
        \frac{x^2-1}{x-1} | x+1
        x+2 | x + 2, x \neq 2
        x+2 | x+2 \text{ for } x \ne 2
        \frac{1}{2}mv^2 | mv^2/2
        \frac{1}{2}mv^2 | 0.5mv^2
        \frac{1}{2}mv^2 | \tfrac12 m v^{2}
        \frac{1}{2}mv^2 | ½mv²
        \frac{GMm}{r^2} | G\frac{Mm}{r^2}
        \frac{GMm}{r^2} | GMm r^{-2}
        \frac{mv^2}{r} | m v^2 / r
        2\pi\sqrt{\frac{L}{g}} | 2\pi\sqrt{L/g}
        2\pi\sqrt{\frac{L}{g}} | 2π√(L/g)
        2\pi\sqrt{\frac{L}{g}} | T = 2\pi \frac{\sqrt{L}}{\sqrt{g}}
        \frac{R_1R_2}{R_1+R_2} | R1*R2/(R1+R2)
        \frac{R_1R_2}{R_1+R_2} | \left(\frac{1}{R_1}+\frac{1}{R_2}\right)^{-1}
        e^{-\frac{t}{RC}} | \exp(-t/(RC))
        e^{-\frac{t}{RC}} | e^{-t/RC}
        \ln\frac{x}{y} | \ln x - \ln y
        \log_2 n | \frac{\ln n}{\ln 2}
        \log_{2}(n) | \log_2 n
        \log_{10}x | \log x
        n\log n | n \ln n + 0 \cdot \ln 2
        \ln x | \log x + \ln 1
        \sinh x | \frac{e^x - e^{-x}}{2}
        \tanh x | \frac{\sinh x}{\cosh x}
        \operatorname{arcsinh} x | \ln(x+\sqrt{x^2+1})
        \sinh^{-1} x | \operatorname{arsinh}(x)
        \sec^2 x | 1 + \tan^2 x
        \csc x | \frac{1}{\sin x}
        \cot x | \frac{\cos x}{\sin x}
        \arccos x | \frac{\pi}{2} - \arcsin x
        \sin^{-1} x | \arcsin x
        \sin^2\theta | 1-\cos^2\theta
        \cos 2\theta | \cos^2\theta - \sin^2\theta
        \sin(a+b) | \sin a\cos b + \cos a\sin b
        4\sin^2 x | (2\sin x)^2
        |x-3| | |3-x|
        |x| | \sqrt{x^2}
        \lfloor \frac{n}{2} \rfloor | \left\lfloor n/2 \right\rfloor
        \lceil x \rceil | -\lfloor -x \rfloor
        n! | n (n-1)!
        \frac{(n+1)!}{n!} | n+1
        \binom{n}{k} | \frac{n!}{k!(n-k)!}
        \binom{n}{2} | C(n,2)
        \binom{n}{k} | {n \choose k}
        \binom{n}{k} | {}_nC_k
        \frac{n(n+1)}{2} | \sum_{k=1}^{n} k
        \sum_{k=1}^{n} k^2 | \frac{n(n+1)(2n+1)}{6}
        \sum_{i=1}^{n} x_i | \sum_{j=1}^n x_j
        \sum_{n=0}^{\infty} \frac{x^n}{n!} | \sum_{k=0}^\infty \frac{x^k}{k!}
        \sum_{n=1}^{\infty} nx^{n-1} | \sum_{n=0}^\infty (n+1)x^n
        \sum_{n=0}^{\infty} \frac{x^n}{n!} | e^x
        \sum_{k=1}^{3} k + k | 6 + k
        k + \sum_{k=1}^{n} \sum_{i=1}^{k} 1 + k | \frac{n(n+1)}{2} + 2k
        \prod_{k=1}^{n} k | n!
        \frac{1-(-1)^n}{n\pi} | \frac{1-\cos n\pi}{n\pi}
        \frac{1-(-1)^n}{n\pi} | \frac{1+(-1)^{n+1}}{\pi n}
        2^n - 1 | \sum_{k=0}^{n-1} 2^k
        \frac{dy}{dx} | y'
        \frac{d^2x}{dt^2} | \ddot{x}
        -\frac{dV}{dx} | -V'(x)
        \frac{\partial u}{\partial t} | \dfrac{\partial u}{\partial t}
        f'(x)g(x)+f(x)g'(x) | f g' + g f'
        \bar{x} | \overline{x}
        \bar{x} + z\frac{\sigma}{\sqrt{n}} | \bar x + \frac{z\sigma}{\sqrt n}
        \vec{F}\cdot\vec{d} | \mathbf{F}\cdot\mathbf{d}
        q\vec{v}\times\vec{B} | q\,\mathbf{v}\times\mathbf{B}
        q\vec{v}\times\vec{B} | -q\vec{B}\times\vec{v}
        m\vec{a} | ma
        \mathcal{E} - Ir | \mathcal{E} - rI
        \epsilon_0 | ε₀
        \varepsilon_0 A/d | \frac{\epsilon_0 A}{d}
        \phi | \varphi
        \lambda_1 + \lambda_2 | λ₁ + λ₂
        v_{\text{max}} | v_{max}
        v_{\mathrm{max}} t | t v_{\max}
        x_{1}+x_{2} | x_1 + x_2
        \frac{kq_1q_2}{r^2} | \frac{k q_{1} q_{2}}{r^{2}}
        K_c(RT)^{\Delta n} | (RT)^{\Delta n}K_c
        \frac{\Delta x}{\Delta t} | Δx/Δt
        P(1+r)^t | (1+r)^t P
        P(1+\frac{r}{n})^{nt} | P\left(1+r/n\right)^{nt}
        mg(h_1-h_2) | mgh_1 - mgh_2
        a(2b+2c) | 2a(b+c)
        g(2t)+1 | 1+g(2t)
        S_0N(d_1)-Ke^{-rT}N(d_2) | -Ke^{-rT}N(d_2) + S_0N(d_1)
        x^{3/2} | x\sqrt{x}
        \sqrt[3]{x^2} | x^{2/3}
        \sqrt[n]{x} | x^{1/n}
        x^{-2} | \frac{1}{x^2}
        (x^2)^3 | x^6
        2^{x+1} | 2\cdot 2^x
        3x^2y - 6xy^2 | 3xy(x-2y)
        \frac{a}{b+c} | a/(b+c)
        \frac{a}{bc} | a/bc
        1000x | 1,000x
        12{,}500(1.05)^t | 12500 \cdot 1.05^t
        0.67x+1.2 | \frac{2}{3}x+\frac{6}{5}
        \frac{2}{3}x | 0.6667x
        50e^{-0.0347t} | 50e^{-0.03466t}
        x^3/3 + C | \frac{1}{3}x^3 + c
        x^3/3 + C | \frac{x^3}{3} + K
        x^3/3 + C | \frac{x^3+3C}{3}
        -\frac{1}{2}\cos 2x + C | \sin^2 x + C
        \ln|x+1| + C | \ln|2x+2| + C
        \ln|\sec x| + C | -\ln|\cos x| + C
        \frac12 \ln(x^2+1) + C | \frac{1}{2}\ln|x^2+1| + C
        C_1\cos 2x + C_2\sin 2x | A\sin 2x + B\cos 2x
        C_1e^{x}+C_2e^{-x} | c_1e^{-x}+c_2e^x
        C_1 e^{x} + C_2 e^{-x} | A\cosh x + B\sinh x
        (C_1 + C_2x)e^{3x} | (A+Bx)e^{3x}
        x \bmod 7 | x \mod 7
        2x+1 | y = 2x+1
        2x+1 | f(x) = 2x + 1
        2x+1 | 2x+1 = 1 + 2x
        2x+1 | The derivative is $2x+1$
        2x+1 | \text{The slope is } 2x+1
        2x+1 | 2x + 1.
        x^2 | x^{2}
        x^{10} | x^10
        a^2 - b^2 | (a-b)(a+b)
        \frac{x+1}{x-1} | 1 + \frac{2}{x-1}
        \max(a,b) | \max(b,a)
        \gcd(a,b) | \gcd(a, b)
        \frac{\sqrt{3}}{2}a^2 | \frac{a^2\sqrt3}{2}
        \frac{1}{\sqrt{2}}x | \frac{\sqrt{2}}{2}x
        \operatorname{erf}(x) | \text{erf}(x)
        \Gamma(n+1) | n!
        e^{i\theta} | \cos\theta + i\sin\theta
        \frac{1}{1+j\omega RC} | \frac{1 - j\omega RC}{1+\omega^2R^2C^2}
        \frac{1}{j\omega C} | -\frac{j}{\omega C}
        \sin\left(\frac{\pi x}{L}\right) | \sin(\pi x/L)
        A\sin(\omega t+\phi) | A \sin(\phi + \omega t)
        \delta(t-2) | \delta(t - 2)
        u(t)-u(t-1) | -u(t-1) + u(t)
        \frac{\pi}{4} + n\pi | n\pi + \frac{\pi}{4}
        4\pi r^2\text{ cm}^2 | 4\pi r^2
        2\pi r | 2\pi r\text{ cm}
        3x - 5 | 3x + (-5)
        -x-1 | -(x+1)
        \alpha | \alpha
        10^{-pH} | 10^{-\mathrm{pH}}
        \frac{a+b}{2} | \frac{1}{2}(a+b)
        s(s-a)(s-b)(s-c) | s(s - a)(s - c)(s - b)
        \frac{d}{dx}f(x) | f'(x)
        x^2\hat{i} + y\hat{j} | y\hat{j} + x^2\hat{i}
        e^{x}\cdot\sin x | e^x \sin(x)
        \tan^{-1}\left(\frac{b}{a}\right) | \arctan(b/a)
        \frac{1}{4}\pi d^2 | \pi(d/2)^2
        \cos^{-1}x | arccos(x)
        \frac{3}{s^2+9} | \frac{3}{9+s^2}
        n(n+1)/2 | \frac{n^2+n}{2}
        2\sin x\cos x | \sin 2x
        \sin^2 x + \cos^2 x + x | 1 + x
        V_0 e^{-t/RC} | V_0 e^{-\frac{t}{RC}}
        3x^2 + C | 3x^2 + K
        \frac{1}{x} | x^{-1}
        \ln(x^2) | 2\ln x
        y = 2x + 1 | 2x+1
        2x+1 | y = 2x + 1
        \frac{kq_1q_2}{r^2} | k\frac{q_1 q_2}{r^2}
        \alpha + \beta | β + α
        e^{2x} | (e^x)^2
        \frac{a}{b} | a/b
        x\sqrt{x} | x^{3/2}
        \tan x | \frac{\sin x}{\cos x}
        f'(x) + 1 | 1 + f'(x)
        -x | 0 - x
        \frac{\hbar^2 k^2}{2m} | \frac{(\hbar k)^2}{2m}
        \frac{1}{4\pi\epsilon_0}\frac{q_1q_2}{r^2} | \frac{q_1 q_2}{4 \pi \varepsilon_0 r^2}
        \frac{1}{2}kx^2 | U = \frac{kx^2}{2}
        \sqrt{v_0^2+2gh} | (v_0^2 + 2gh)^{1/2}
        \frac{v_0\sin\theta}{g} | \frac{v_0 \sin(\theta)}{g}
        \frac{v_0^2\sin 2\theta}{g} | \frac{2v_0^2\sin\theta\cos\theta}{g}
        g\left(\frac{m_1-m_2}{m_1+m_2}\right) | \frac{(m_1-m_2)g}{m_1+m_2}
        \frac{m_1g - T}{m_1} | g - \frac{T}{m_1}
        \mu mg\cos\theta | \mu m g \cos\theta
        nRT\ln\frac{V_2}{V_1} | nRT \ln(V_2/V_1)
        nRT\ln\frac{V_2}{V_1} | -nRT\ln\left(\frac{V_1}{V_2}\right)
        1-\frac{T_c}{T_h} | \frac{T_h-T_c}{T_h}
        k[A]^2[B] | k[A]^2[B]
        k[\text{A}]^2[\text{B}] | k [A]^2 [B]
        \frac{[\text{C}]^2}{[\text{A}][\text{B}]} | \frac{[C]^2}{[A][B]}
        \frac{x-\mu}{\sigma} | (x-\mu)/\sigma
        \bar{x}\pm z\frac{s}{\sqrt n} | \bar{x} \pm \frac{zs}{\sqrt{n}}
        np(1-p) | np - np^2
        \binom{n}{k}p^k(1-p)^{n-k} | \frac{n!}{k!(n-k)!}p^k(1-p)^{n-k}
        \lambda e^{-\lambda x} | \frac{\lambda}{e^{\lambda x}}
        \frac{a(1-r^n)}{1-r} | a\frac{r^n-1}{r-1}
        \frac{a}{1-r} | -\frac{a}{r-1}
        P\left(1+\frac{r}{n}\right)^{nt} | P(1+r/n)^(nt)
        3(x-2)(x+1) | 3x^2-3x-6
        3(x-2)(x+1) | 3(x+1)(x-2)
        (x-1)(x^2+x+1) | x^3-1
        \frac{2x+3}{(x+1)(x-2)} | \frac{2x+3}{x^2-x-2}
        5x^4 - 6x | 5x⁴ − 6x
        -\sin x | -\sin(x)
        2xe^{x^2} | 2x·e^(x²)
        \frac{1}{x\ln 10} | \frac{1}{x \ln(10)}
        x^x(1+\ln x) | x^x(\ln x + 1)
        \frac{1}{\sqrt{1-x^2}} | (1-x^2)^{-1/2}
        \sec x\tan x | \frac{\sin x}{\cos^2 x}
        e^{ax}(a\cos bx - b\sin bx) | e^{ax}(a \cos(bx) - b \sin(bx))
        x\ln x - x + C | x(\ln x - 1) + C
        x\ln x - x + C | x \ln(x) - x + C
        \frac{x}{2} - \frac{\sin 2x}{4} + C | \frac{1}{2}(x - \sin x\cos x) + C
        \arctan x + C | \tan^{-1}(x) + c
        -\arccos x + C | \arcsin x + C
        \frac{1}{s-a} | \frac{1}{s - a}
        \frac{s}{s^2+\omega^2} | s/(s^2+\omega^2)
        3\cos t + 2\sin t | 2 \sin t + 3 \cos t
        5\sin(x + \arctan\frac{3}{4}) | 4\sin x + 3\cos x
        2^{10}x | 1024x
        \sqrt{12}x | 2\sqrt{3}x
        \log_3 x + 2 | \log_3(9x)
        \frac{\ln x}{\ln 3} | \log_3 x
        4.9t^2 | \frac{9.8t^2}{2}
        -4.9t^2+20t+1.5 | -4.9t^{2} + 20t + 1.5
        120e^{0.05t} | 120 e^{0.05 t}
        120e^{0.05t} | 120e^{\frac{t}{20}}
        0.5n(n-1) | \frac{n(n-1)}{2}
        \sigma^2 + \mu^2 | \mu^2 + \sigma^2
        a_1 + (n-1)d | a_1 + nd - d
        2n+1 | 2(n+1)-1
        ab + bc + ca | ac + bc + ab
        \overline{AB} | \overline{AB}
        \theta = \tan^{-1}\frac{y}{x} | \arctan(y/x)
        6x + C | C + 6x
        u\frac{dv}{dx}+v\frac{du}{dx} | uv' + vu'
        \frac{f(x+h)-f(x)}{h} | \frac{f(x + h) - f(x)}{h}
        f(g(x)) | f(g(x))
        P(A)+P(B)-P(A\cap B) | P(B)+P(A)-P(A \cap B)
        P(A)+P(B) | P(B) + P(A)
        1 - P(A) | 1-P(A)
        2\pi i | 2i\pi
        n(A)+n(B) | n(B)+n(A)
        \text{base}\times\text{height} | \text{height} \times \text{base}
        \frac{\text{mass}}{\text{volume}} | \text{mass}/\text{volume}
        \frac{\text{opposite}}{\text{hypotenuse}} | \text{opposite} \div \text{hypotenuse}
        2x + 3y | 2x+3y, where x and y are real
        x^2 - 5x + 6 | $x^2-5x+6$
        x^2 - 5x + 6 | \boxed{x^2-5x+6}
        x^2 - 5x + 6 | (x-2)(x-3) = x^2-5x+6
        x^2 - 5x + 6 | p(x) = x^2 - 5x + 6
        x^2 - 5x + 6 | It simplifies to $x^2-5x+6$.
        (2x+3)^2 | 4x^2+12x+9
        \frac{3}{4}\pi r^3 | 0.75\pi r^3
        \frac{\sqrt{5}-1}{2}a | 0.6180a
    """,
    "equation": r"""
        x = 9 | 9
        9 = x | x = 9
        x = 9 | 9 = x
        x = 4 | x - 4 = 0
        y = 2x+1 | y - 2x - 1 = 0
        y = 2x+1 | 2x - y + 1 = 0
        y = 2x+1 | y = 1 + 2x
        y = 2x+1 | f(x) = 2x + 1
        f(x) = 2x+1 | y = 2x+1
        y = 2x+1 | 2x+1
        y = \frac{1}{2}x - 3 | 2y = x - 6
        y = \frac{1}{2}x - 3 | x - 2y = 6
        y = \frac{1}{2}x - 3 | y = 0.5x - 3
        3x+4y=12 | \frac{x}{4}+\frac{y}{3}=1
        x^2+y^2=25 | y^2 = 25 - x^2
        (x-1)^2+(y+2)^2=9 | x^2+y^2-2x+4y-4=0
        \frac{x^2}{9}+\frac{y^2}{4}=1 | 4x^2+9y^2=36
        y = \frac{x+1}{x-1} | y(x-1) = x+1
        y = \frac{x+1}{x-1} | xy - y = x + 1
        \frac{1}{f} = \frac{1}{d_o}+\frac{1}{d_i} | f = \frac{d_od_i}{d_o+d_i}
        \frac{1}{R} = \frac{1}{R_1}+\frac{1}{R_2} | R = \frac{R_1 R_2}{R_1+R_2}
        PV = nRT | P = \frac{nRT}{V}
        PV = nRT | \frac{PV}{T} = nR
        E = mc^2 | m = \frac{E}{c^2}
        V = IR | I = V/R
        v^2 = u^2 + 2as | v^2 - u^2 = 2as
        F = ma | a = F/m
        F = G\frac{m_1m_2}{r^2} | Fr^2 = Gm_1m_2
        y' = 2xy | \frac{dy}{dx} = 2xy
        y'' + 4y = 0 | \frac{d^2y}{dx^2} + 4y = 0
        y'' + 4y = 0 | y'' = -4y
        \frac{dy}{dt} = ky | y' = ky
        \frac{dP}{dt} = kP | dP/dt = kP
        m\ddot{x} + kx = 0 | m\frac{d^2x}{dt^2} = -kx
        \frac{\partial u}{\partial t} = k\frac{\partial^2 u}{\partial x^2} | k∂²u/∂x² = ∂u/∂t
        y(t) = 3e^{-2t} | y = 3e^{-2t}
        y = Ce^{2x} | Ce^{2x}
        x^2 - y^2 = C | y^2 = x^2 + C
        y^2 = x^2 + C | y^2 = x^2 + K
        \frac{y^2}{2} = \frac{x^2}{2} + C | y^2 = x^2 + C
        y = \ln|x| + C | \ln|x| + c
        \lim_{x\to 0} f(x) = 5 | 5
        \angle ABC = 50^\circ | 50^\circ
        AB = 5 | 5
        \text{Area} = 25\pi | 25\pi
        \text{Area} = 25\pi | A = 25\pi
        A = 25\pi | \text{Area} = 25\pi
        \sin\theta = \frac{3}{5} | 3/5
        \frac{AE}{EC} = \frac{3}{5} | 3/5
        |z| = 5 | 5
        \det(A) = -2 | -2
        P(X > 2) = 0.3 | 0.3
        P(A|B) = \frac13 | 1/3
        E(X) = 3.5 | 3.5
        \sigma^2 = 4 | 4
        a_n = 3n - 1 | a_n = 2 + 3(n-1)
        a_n = 3n - 1 | 3n-1
        a_{n+1} = 2a_n | a_{n+1} - 2a_n = 0
        x = \frac{-b + \sqrt{b^2-4ac}}{2a} | \frac{\sqrt{b^2-4ac}-b}{2a}
        v = 20\ \mathrm{m/s} | 20
        v = 20\ \mathrm{m/s} | v = 20\text{ m/s}
        v = 20 \text{ m/s} | 72 km/h
        T = 2\pi\sqrt{\frac{m}{k}} | 2\pi\sqrt{m/k}
        z = 3+4i | 3+4i
        z = 3+4i | z = 4i+3
        f^{-1}(x) = \sqrt[3]{x-1} | (x-1)^{1/3}
        f^{-1}(x) = \frac{x-5}{2} | y = \frac{x-5}{2}
        r = 2\sin\theta | r = 2 \sin(\theta)
        \hat{y} = 12.5 + 0.8x | \hat{y} = 0.8x + 12.5
        \hat{y} = 12.5 + 0.8x | y = 0.8x+12.5
        \hat{y} = 12.53 + 0.81x | 12.53+0.81x
        x = 2y | 2y = x
        y = -\frac{3}{4}x + 6 | 3x + 4y = 24
        y = -\frac{3}{4}x + 6 | 4y + 3x - 24 = 0
        z = 2x + 3y - 4 | 2x + 3y - z = 4
        x = 5 | x = 5.0
        x = \frac53 | 1.667
        x = \log_2 5 | x = \frac{\ln 5}{\ln 2}
        y = x^2 - 4x + 7 | y = (x-2)^2 + 3
        y - 3 = 2(x+1) | y = 2x + 5
        4x - 3y = 7 | -8x + 6y = -14
        \rho = 2\cos\phi | \rho - 2\cos\phi = 0
        \nabla\cdot\vec{E} = \frac{\rho}{\epsilon_0} | \nabla \cdot \mathbf{E} = \rho/\varepsilon_0
        pV^\gamma = C | pV^{\gamma} = C
        ds/dt = 5 | \frac{ds}{dt} = 5
        x \equiv 3 \pmod{7} | x \equiv 10 \pmod 7
        x \equiv 3 \pmod{7} | 3 \pmod 7
        x \equiv 3 \pmod{7} | x ≡ 3 (mod 7)
        9 | x = 9
        y = 3x + 2 | y - 3x = 2
        x + y = 1 | 2x + 2y = 2
        34x+45y-20z+100=0 | -34x-45y+20z-100=0
        f(x) = 3x+2 | 3x+2
        \det(A) = 5 | 5
        y = 3\sin(2x) | y = 6\sin x\cos x
        y = mx + b | mx + b = y
        y = mx + b | y - b = mx
        s = ut + \frac12 at^2 | s = ut + 0.5at^2
        s = ut+\frac{1}{2}at^2 | 2s = 2ut + at^2
        F = -kx | F + kx = 0
        \lambda = \frac{h}{p} | \lambda = h/p
        \lambda = \frac{h}{p} | h/p
        \Delta G = \Delta H - T\Delta S | ΔG = ΔH − TΔS
        \Delta G = \Delta H - T\Delta S | \Delta H - T \Delta S
        \Delta G^\circ = -RT\ln K | \Delta G^{\circ} = -RT \ln K
        K_a = \frac{[H^+][A^-]}{[HA]} | \frac{[H^+][A^-]}{[HA]}
        \text{pH} = -\log[\text{H}^+] | pH = -\log [H^+]
        rate = k[A]^2 | \text{rate} = k[A]^2
        \sum F = ma | \sum F = m a
        \bar{x} = 5 | 5
        \mu = 4.5 | 4.5
        r^2 = x^2+y^2 | x^2+y^2 = r^2
        x^2+y^2+z^2 = 9 | x^2 + y^2 + z^2 - 9 = 0
        y = (x-3)^2 + 2 | y = x^2 - 6x + 11
        x = -2y^2 | y^2 = -\frac{x}{2}
        \frac{(x-1)^2}{4} - \frac{(y+2)^2}{9} = 1 | 9(x-1)^2 - 4(y+2)^2 = 36
        y = 4 | y - 4 = 0
        x = \frac{\pi}{4} + n\pi, n \in \mathbb{Z} | x = \frac{\pi}{4} + k\pi
        x = \frac{\pi}{4} + n\pi | x = \frac{5\pi}{4} + n\pi
        x = 30^\circ + 360^\circ n | x = 30^\circ + 360^\circ k
        x = 45° + 180°n | x = 45^\circ + 180^\circ k, k \in \mathbb{Z}
        N(t) = N_0e^{-\lambda t} | N = N_0 e^{-\lambda t}
        T(t) = 70 + 130e^{-0.05t} | 70+130e^{-0.05t}
        a_n = 2a_{n-1}+1 | a_n - 2a_{n-1} = 1
        y = C_1e^{2x}+C_2e^{-x} | y = Ae^{2x} + Be^{-x}
        y = C_1\cos 3x + C_2\sin 3x | y = A\sin 3x + B\cos 3x
        y = \frac{1}{x+C} | \frac{1}{x + C}
        \ln y = kt + C | \ln y = kt + C
        x\frac{dy}{dx} + y = 0 | xy' = -y
        \frac{d\theta}{dt} = 2 | \frac{d\theta}{dt} = 2
        i\hbar\frac{\partial\psi}{\partial t} = H\psi | H\psi = i\hbar\frac{\partial \psi}{\partial t}
        E_n = -\frac{13.6}{n^2} | -\frac{13.6}{n^2}
        v_{rms} = \sqrt{\frac{3RT}{M}} | \sqrt{3RT/M}
        f'(x) = 6x^2 - 4 | 6x^2-4
        f'(x) = 6x^2 - 4 | \frac{df}{dx} = 6x^2 - 4
        f'(x) = 6x^2-4 | \frac{d}{dx}f(x) = 6x^2-4
        y' = 3x^2 | \frac{dy}{dx} = 3x^2
        \frac{dy}{dx} = -\frac{x}{y} | -\frac{x}{y}
        \frac{dy}{dx} = -\frac{x}{y} | y' = -x/y
        \frac{dA}{dt} = 8\pi | 8\pi
        x = 2, x = -2 | x = \pm 2
        x^2 - 4 = 0 | (x-2)(x+2) = 0
        2x + 3 = 7 | 2x = 4
        \vec{r} = \vec{a} + t\vec{b} | \mathbf{r} = \mathbf{a} + t\mathbf{b}
        \theta = 30^\circ | 30^\circ
        \theta = 30^\circ | \frac{\pi}{6}
        \theta = 30^\circ | \theta = 30
        V = \frac{4}{3}\pi r^3 | \frac{4\pi r^3}{3}
        t = \frac{2v_0}{g} | t = 2v_0/g
        m\angle A = 50^\circ | 50
        \frac{x}{3}=\frac{y}{4} | 4x = 3y
        A = P(1+r)^t | P(1+r)^t
        A = P(1+r)^t | P = \frac{A}{(1+r)^t}
        C = \frac{5}{9}(F - 32) | F = \frac{9}{5}C + 32
        x = \frac{3 + \sqrt{5}}{2} | 2.618
        z = re^{i\theta} | z = r(\cos\theta + i\sin\theta)
        t_{1/2} = 5730 years | 5730\ \text{years}
        t = 5 hours | 300 minutes
        v = 20 m/s | 72 km/h
        v = 20 m/s | 20
        y = 4 t | 4t
    """,
    "complex": r"""
        3+4i | 3 + 4 i
        3+4i | 4i + 3
        3+4i | z = 3+4i
        3+4i | 3+4j
        3+4j | 3 + j4
        3-2i | -2i+3
        (3+4j) | 3+4i
        2+3i | \frac{4+6i}{2}
        i | e^{i\pi/2}
        -1 | e^{i\pi}
        -i | \frac{1}{i}
        2i | (1+i)^2
        -4 | (1+i)^4
        8e^{i\pi/3} | 4+4\sqrt{3}i
        4+4\sqrt{3}i | 8(\cos 60^\circ + i\sin 60^\circ)
        4+4\sqrt{3}i | 8\operatorname{cis}\frac{\pi}{3}
        4+4\sqrt{3}i | 8\operatorname{cis}(60^\circ)
        4+4\sqrt{3}i | 8 cis 60°
        4+4i\sqrt{3} | 4+4\sqrt{3}\,i
        4+4i\sqrt{3} | 4(1+\sqrt{3}i)
        5\angle 53.13^\circ | 3+4j
        5\angle 53.13^\circ | 5\angle{53.13}^\circ
        5\angle 53.13^\circ | 5∠53.13°
        5\angle 53.13^\circ | 5 e^{j53.13^\circ}
        10\angle -30^\circ | 5\sqrt{3} - 5j
        10\angle -30^\circ | 10e^{-j\pi/6}
        2e^{i\pi/4} | \sqrt{2}+\sqrt{2}i
        2e^{i\pi/4} | 2e^{\frac{\pi i}{4}}
        2e^{i\pi/4} | 2\exp(i\pi/4)
        1.41+1.41i | \sqrt{2}+i\sqrt{2}
        \sqrt{2}+i\sqrt{2} | 1.414 + 1.414i
        \sqrt{2}+i\sqrt{2} | 1.4142+1.4142i
        \frac{1}{2} - \frac{\sqrt{3}}{2}i | e^{-i\pi/3}
        \frac{3}{25} - \frac{4}{25}i | \frac{3-4i}{25}
        \frac{3}{25} - \frac{4}{25}i | 0.12-0.16i
        \frac{3}{25} - \frac{4}{25}i | \frac{1}{3+4i}
        (2-1.5j)\text{ k}\Omega | 2000-1500j Ω
        50 + 30j\ \Omega | 50+30j
        (50+30j)\ \Omega | 50 + j30 \ \Omega
        0.6 + 0.8i | \frac{3}{5}+\frac45 i
        \sqrt{-9} | 3i
        3i | \sqrt{-9}
        5 - 12i | \overline{5+12i}
        i^{23} | -i
        -i | i^{23}
        6 + 0i | 6
        2\mathrm{i} | 2i
        a+bi | bi + a
        1 + i | 1 + \mathrm{i}
        1+\sqrt{2}i | 1 + i\sqrt2
        \ln 2 + i\frac{\pi}{3} | \ln 2 + \frac{i\pi}{3}
        -8i | 8e^{3\pi i/2}
        -8i | 8e^{-i\pi/2}
        -8i | (2i)^3
        \frac{1+i}{\sqrt{2}} | e^{i\pi/4}
        \frac{1+i}{\sqrt{2}} | \frac{\sqrt2}{2} + \frac{\sqrt2}{2}i
        \pm 2i | 2i, -2i
        \pm 2i | \{2i, -2i\}
        2 \pm 3i | 2+3i, 2-3i
        2 \pm 3i | 2 + 3i \text{ and } 2 - 3i
        2 \pm 3i | x = 2 \pm 3i
        13\angle 112.6^\circ | -5+12j
        220\angle 0^\circ | 220
        3+4i | 4i+3
        \sqrt{3}+i | 2e^{i\pi/6}
        3+4j | 3+4i
        i | \sqrt{-1}
        5\angle 30^\circ | 5e^{i\pi/6}
        \frac{1}{2} + \frac{i}{2} | \frac{1+i}{2}
        1.41 + 1.41i | \sqrt{2} + \sqrt{2}i
        -2 + 2i | 2\sqrt{2}e^{3\pi i/4}
        -2 + 2i | 2\sqrt{2}(\cos 135^\circ + i \sin 135^\circ)
        -2 + 2i | 2\sqrt2\left(\cos\frac{3\pi}{4}+i\sin\frac{3\pi}{4}\right)
        -2 + 2i | 2(-1+i)
        -2 + 2i | -2+2\,i
        -2+2i | 2i-2
        2.5 - 1.5i | \frac{5}{2}-\frac{3}{2}i
        2.5 - 1.5i | \frac{5-3i}{2}
        \frac{5}{2}-\frac{3i}{2} | 2.5-1.5i
        4.47\angle 63.4^\circ | 4.47\angle 63.4°
        4.47\angle 63.4^\circ | 4.47∠63.4°
        4.47\angle 63.4^\circ | 4.472\angle 63.43^\circ
        4.47\angle 63.4^\circ | 4.47 e^{j63.4^\circ}
        100\angle 36.87^\circ \text{ V} | 80+60j V
        100\angle 36.87^\circ \text{ V} | 100 \angle 36.87^\circ
        8+6j\ \Omega | 10\angle 36.87^\circ\ \Omega
        10 + j5 | 10 + 5j
        10 + j5 | 10+5i
        j | \sqrt{-1}
        j | i
        -j | \frac{1}{j}
        j\omega L | i\omega L
        R + j\omega L | R + i \omega L
        Z = R + j\omega L | R + j\omega L
        1 - i | \sqrt{2}e^{-i\pi/4}
        1 - i | \sqrt{2}e^{7\pi i/4}
        1-i | \overline{1+i}
        (3-2i)^2 | 5 - 12i
        5-12i | (3-2i)^2
        \frac{7}{5}+\frac{1}{5}i | \frac{7+i}{5}
        \frac{7}{5}+\frac{1}{5}i | 1.4 + 0.2i
        \frac{7}{5}+\frac{1}{5}i | 1.4+.2i
        e^{2\pi i/3} | -\frac12+\frac{\sqrt3}{2}i
        e^{2\pi i/3} | \cos\frac{2\pi}{3}+i\sin\frac{2\pi}{3}
        e^{2\pi i/3} | \operatorname{cis} 120^\circ
        1, -1, i, -i | \pm 1, \pm i
        2e^{i\pi/6}, 2e^{5\pi i/6}, -2i | -2i, \sqrt3+i, -\sqrt3+i
        -1\pm 2i | -1+2i, -1-2i
        x = -1 \pm 2i | -1 + 2i \text{ or } -1 - 2i
        x = -1 \pm 2i | x = -1+2i, x = -1-2i
        0 | 0i
        7 | 7+0i
        \sqrt{5} i | i\sqrt{5}
        \frac{i}{2} | 0.5i
        \frac{i}{2} | \frac{1}{2}i
        3e^{-i\pi/2} | -3i
        12i | 12\mathrm{i}
        \frac{1+\sqrt{3}i}{2} | e^{i\pi/3}
        6.40e^{0.896i} | 6.40e^{0.8961i}
        \ln 5 + i\pi | i\pi + \ln 5
        \ln 5 + i\pi | \log 5 + \pi i
    """,
    "decimals for exact values": r"""
        x + 1.70 | x + \log 50
        y = 0.33x | y = \frac{x}{3}
    """,
}

DIFFER = {
    "expression": r"""
        0.5mv^2 | 0.54mv^2
        x^{0.5} | x^{0.54}
        0.8x+12.5 | 0.9x+12.5
        x^2+2x+1 | (x-1)^2
        5\cos(2\pi t) | 5
        \sin(2\pi t) | 0
        2\cos(\pi t) | 2\cos(3\pi t)
        2\pi t | -2\pi t
        (n-2)\pi | n\pi
        (n-2) \cdot 180^\circ | (n-1) \cdot 180^\circ
        |xy| | xy
        \frac{|x|}{|y|} | \frac{x}{y}
        \ln|xyz| | \ln(xyz)
        \nabla\cdot\vec{F} | \nabla\times\vec{F}
        \nabla\cdot F | \nabla\times F
        x^2 | 2x
        x^2 | x^3
        4t | 4
        \pi r^2 h | \pi r^2
        \frac{1}{2}mv^2 | mv^2
        \frac{1}{2}mv^2 | \frac{1}{2}Mv^2
        \frac{1}{2}mv^2 | \frac12 mV^2
        \frac{1}{2}mv^2 | \frac12 m v
        \frac{kQ}{r} | \frac{KQ}{r}
        \frac{kQ}{r} | \frac{kq}{r}
        v_1 | v_2
        v_{\text{in}} | v_{\text{out}}
        v_{\text{max}} | v_{\text{min}}
        x_i | x_j
        \frac{P}{A_{\text{net}}} | \frac{P}{A_{\text{gross}}}
        f'(x) | f(x)
        f''(x) | f'(x)
        f(2x) | 2f(x)
        f(x+1) | f(x)+1
        g(2t) | 2g(t)
        P(A)P(B) | P(AB)
        \log_2 n | \log_3 n
        \log_2 n | \ln n
        \ln(x+1) | \ln x + 1
        \ln(xy) | \ln x\ln y
        \sin^2 x | \sin x^2
        \sin 2x | 2\sin x
        \arcsin x | \frac{1}{\sin x}
        \sin^{-1}x | (\sin x)^{-1}
        \sinh x | \sin x
        \tanh x | \coth x
        |x| | x
        |x| | -x
        |x-3| | x-3
        \ln|x| | \ln x
        \lfloor x\rfloor | x
        \lfloor x\rfloor | \lceil x\rceil
        n! | n
        n! | (n+1)!
        \binom{n}{k} | \binom{n}{k+1}
        \binom{n}{2} | \frac{n(n+1)}{2}
        \binom{n}{k} | \frac{n!}{(n-k)!}
        \sum_{k=1}^{n} k | \frac{n(n-1)}{2}
        \sum_{k=1}^{3} k + k | 9
        \sum_{k=1}^{n} k^2 | \sum_{k=1}^{n-1} k^2
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | \sum_{n=1}^{\infty}\frac{x^n}{n!}
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | \sum_{n=0}^{\infty}\frac{x^{n}}{(n+1)!}
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | e^{-x}
        \prod_{k=1}^{n} k | n
        (-1)^n | 1
        (-1)^n | (-1)^{n+1}
        \frac{dy}{dx} | \frac{dx}{dy}
        \frac{dy}{dx} | \frac{dy}{dt}
        \frac{d^2y}{dx^2} | \frac{dy}{dx}
        \frac{d^2y}{dx^2} | \left(\frac{dy}{dx}\right)^2
        \frac{\partial u}{\partial x} | \frac{\partial u}{\partial y}
        \bar{x} | x
        \hat{p} | p
        \vec{F}\cdot\vec{d} | \vec{F}\times\vec{d}
        q\vec{v}\times\vec{B} | q\vec{B}\times\vec{v}
        \alpha | a
        \lambda | \Lambda
        \Delta x | x
        \Delta x^2 | \Delta (x^2)
        \epsilon_0 | \epsilon
        P(1+r)^t | P(1+rt)
        P(1+r)^t | P(1-r)^t
        a/(b+c) | a/b + c
        a/(bc) | (a/b)c
        \frac{1}{x+y} | \frac{1}{x}+\frac{1}{y}
        \sqrt{x+y} | \sqrt{x}+\sqrt{y}
        \sqrt[3]{x} | \sqrt{x}
        x^{2/3} | x^{3/2}
        e^{-kt} | e^{kt}
        2^{x+1} | 2^x + 1
        0.67x+1.2 | 0.66x+1.2
        0.67x+1.2 | 0.67x+1.3
        0.67x+1.2 | 0.7x+1.2
        \frac{2}{3}x | 0.67x
        \frac{2}{3}x | 0.6668x
        50e^{-0.0347t} | 50e^{-0.0357t}
        x^3/3 + C | x^3/3
        x^3/3 + C | x^3 + C
        x^3/3 | x^3/3 + C
        x^2/2 + C | x^2/2 + C + x
        C_1\cos 2x + C_2\sin 2x | C_1\cos x + C_2\sin x
        C_1\cos 2x + C_2\sin 2x | C_1\cos 2x
        C_1e^{x}+C_2e^{-x} | C_1e^{x}+C_2xe^{x}
        (C_1 + C_2x)e^{3x} | C_1e^{3x} + C_2e^{3x}
        \frac{q^2}{2C} | \frac{q^2}{2K}
        \frac12CV^2 | CV^2
        \frac12CV^2 | \frac12KV^2
        C_1+C_2 | C_1-C_2
        C_1V_1+C_2V_2 | C_1V_2+C_2V_1
        \begin{vmatrix} a & b \\ c & d \end{vmatrix} | ad+bc
        2x+1 | 2x+1 = 0
        2x+1 | 2x
        2x+1 | 2x-1 or 2x+1
        2x+1 | 2x+1, 3x
        2x+1 | \pm(2x+1)
        2x+1 | 5
        2x+1 | I do not know
        2x+1 | 2y+1
        2x+1 | x > 2
        \max(a,b) | \min(a,b)
        \max(a,b) | a
        e^{i\theta} | \cos\theta - i\sin\theta
        \frac{1}{1+j\omega RC} | \frac{1}{1-j\omega RC}
        A\sin(\omega t+\phi) | A\cos(\omega t+\phi)
        u(t)-u(t-1) | u(t)
        4\pi r^2\text{ cm}^2 | 4\pi r^2\text{ m}^2
        mgh | mg
        mgh | Mgh
        \frac{KM}{V} | \frac{km}{v}
        \frac{a+b}{2} | a + \frac{b}{2}
        3x^2y | 3xy^2
        \cos^{-1} x | \sec x
        x + y | x - y
        x \bmod 7 | x \bmod 5
        \text{act} | \text{cat}
        \frac{\pi}{4} + n\pi | \frac{\pi}{4} + 2n\pi
        s^2+9 | s^2-9
        \sqrt{x^2+4} | x+2
        m_1 v | m_2 v
        \frac{V}{R_{\text{eq}}} | \frac{V}{R_{\text{load}}}
        \sqrt{a^2+b^2} | a+b
        x^2 | x^2, x^3
        x + 1 | 5
        e^x | e^{-x}
        \frac{\hbar^2 k^2}{2m} | \frac{h^2k^2}{2m}
        \frac{1}{4\pi\epsilon_0}\frac{q_1q_2}{r^2} | \frac{1}{4\pi\epsilon_0}\frac{q_1q_2}{r}
        \frac{1}{4\pi\epsilon_0}\frac{q_1q_2}{r^2} | \frac{q_1q_2}{4\pi\mu_0r^2}
        \frac{v_0^2\sin 2\theta}{g} | \frac{v_0^2\sin^2\theta}{g}
        \frac{v_0^2\sin 2\theta}{g} | \frac{v_0^2\sin^2\theta}{2g}
        nRT\ln\frac{V_2}{V_1} | nRT\ln\frac{V_1}{V_2}
        1-\frac{T_c}{T_h} | 1-\frac{T_h}{T_c}
        k[A]^2[B] | k[A][B]^2
        \frac{[C]^2}{[A][B]} | \frac{[A][B]}{[C]^2}
        \binom{n}{k}p^k(1-p)^{n-k} | \binom{n}{k}p^{n-k}(1-p)^k
        \lambda e^{-\lambda x} | e^{-\lambda x}
        \frac{a(1-r^n)}{1-r} | \frac{a(1-r^{n-1})}{1-r}
        3(x-2)(x+1) | 3(x+2)(x-1)
        (x-1)(x^2+x+1) | (x-1)^3
        -\sin x | \sin x
        2xe^{x^2} | 2xe^{2x}
        x\ln x - x + C | x\ln x + C
        x\ln x - x + C | x\ln x - x
        \frac{x}{2} - \frac{\sin 2x}{4} + C | \frac{x}{2} + \frac{\sin 2x}{4} + C
        \arctan x + C | \arcsin x + C
        \frac{s}{s^2+\omega^2} | \frac{\omega}{s^2+\omega^2}
        4.9t^2 | 9.8t^2
        4.9t^2 | 4.8t^2
        120e^{0.05t} | 120e^{0.5t}
        120e^{0.05t} | 120(0.05)^t
        a_1 + (n-1)d | a_1 + nd
        2n+1 | 2n-1
        \frac{m}{V} | \frac{V}{m}
        \frac{M}{V} | \frac{m}{v}
        \text{base}\times\text{height} | \text{base} + \text{height}
        \frac{\text{mass}}{\text{volume}} | \frac{\text{volume}}{\text{mass}}
        \frac{\text{opposite}}{\text{hypotenuse}} | \frac{\text{adjacent}}{\text{hypotenuse}}
        x^2 - 5x + 6 | x^2 + 5x + 6
        x^2 - 5x + 6 | (x+2)(x+3)
        x^2 - 5x + 6 | x = 2, 3
        x^2 - 5x + 6 | x^2 - 5x + 6 = 0
        x^2 - 5x + 6 | not x^2-5x+6
        x^2 - 5x + 6 | \text{anything but } x^2-5x+6
        x^2 - 5x + 6 | x^2-5x+6 or x^2-5x-6
        x^2 - 5x + 6 | either x^2-5x+6 or 0
        x^2 - 5x + 6 | f(x)
        x^2 - 5x + 6 | \text{I think it is } 7
        x^2 - 5x + 6 | ?
        x^2 - 5x + 6 | x^2 - 5x + 6x
        \frac{3}{4}\pi r^3 | \frac{4}{3}\pi r^3
        \frac{\sqrt5-1}{2}a | 0.62a
        P(A)+P(B)-P(A)P(B) | P(A)+P(B)
        P(A|B) | P(B|A)
        f(x+h)-f(x) | f(h)
        f(g(x)) | g(f(x))
        u\frac{dv}{dx}+v\frac{du}{dx} | u\frac{dv}{dx}-v\frac{du}{dx}
        \log_3 x | \log_x 3
        \log(xy) | \log x \log y
        e^{ax} | e^{a}x
        2^{n} | n^2
        2^{-n} | -2^n
        x_1x_2 | x_1+x_2
        x_{12} | x_1x_2
        T_{1/2} | T_{2}
        h | \hbar
        \rho | p
        \nu | v
        \omega | w
        \mu | u
        \kappa | k
        \Omega | \omega
        \sigma | \Sigma
        \varepsilon | e
        0 | o
        l | 1
        O(n) | o(n)
    """,
    "equation": r"""
        x(x-7)(x+9)=0 | x(x-7)=0
        (x-2)(x-100)=0 | x-2=0
        x-2=0 | (x-2)(x-100)=0
        x = 9 | y = 9
        x = 9 | 8
        x = 9 | x = -9
        x = 4 | 2x = 8
        x = 4 | x = 3 or x = 4
        x = 4 | x = 4, x = 3
        y = 2x+1 | y = 2x - 1
        y = 2x+1 | y = x + 2
        y = 2x+1 | x = 2y + 1
        y = 2x+1 | 2x + 2
        y = 2x+1 | y=48271x+9 \text{ or } y=2x+1
        y = 2x+1 | g(x) = 3x+1
        y = 2x+1 | 2x + y + 1 = 0
        3x+4y=12 | 3x+4y=13
        3x+4y=12 | 4x+3y=12
        3x+4y=12 | 12
        3y + w = 4 | 4
        xy = 12 | 12
        x+y=5 | 5
        x^2+y^2=25 | x^2+y^2=5
        x^2+y^2=25 | x^2-y^2=25
        x^2+y^2=25 | y = \sqrt{25-x^2}
        (x-1)^2+(y+2)^2=9 | (x+1)^2+(y-2)^2=9
        y = \sqrt{x} | y^2 = x
        y^2 = x | y = \sqrt{x}
        PV = nRT | P = nRTV
        PV = nRT | V = \frac{P}{nRT}
        E = mc^2 | E = mc
        V = IR | V = I/R
        V = IR | I = R/V
        F = ma | F = Ma
        F = ma | f = ma
        y' = 2xy | y'' = 2xy
        y' = 2xy | y' = 2x
        y'' + 4y = 0 | y'' - 4y = 0
        \frac{dy}{dt} = ky | \frac{dy}{dt} = -ky
        \frac{dy}{dx} = 2x | \frac{dy}{dt} = 2x
        y = Ce^{2x} | y = e^{2x}
        y = Ce^{2x} | y = Ce^{3x}
        x^2 - y^2 = C | x^2 + y^2 = C
        y^2 = x^2 + C | y^2 = x^3 + C
        y = \ln|x| + C | y = \ln|x|
        \lim_{x\to 0} f(x) = 5 | 4
        AB = 5 | CD = 5
        \angle A = 50^\circ | \angle B = 50^\circ
        \frac{AE}{EC} = \frac{3}{5} | \frac{5}{3}
        \text{Area} = 25\pi | \text{Perimeter} = 25\pi
        |z| = 5 | z = 5
        |z| = 5 | -5
        P(X > 2) = 0.3 | 0.7
        a_n = 3n-1 | a_n = 3n+1
        a_n = 3n-1 | b_n = 3n-1
        x_1 = 5 | x_2 = 5
        f(x) = x^2 | f'(x) = x^2
        f(x) = x^2 | g(x) = x^2
        f(2) = 5 | f(3) = 5
        f^{-1}(x) = \frac{x-5}{2} | f(x) = \frac{x-5}{2}
        f^{-1}(x) = \frac{x-5}{2} | \frac{2}{x-5}
        v = 20\ \mathrm{m/s} | 20 km/h
        v = 20\ \mathrm{m/s} | v = 20\ \mathrm{m/s^2}
        v = 20\ \mathrm{m/s} | v = 25\ \mathrm{m/s}
        z = 3+4i | z = 3-4i
        z = 3+4i | w = 3+4i
        \hat{y} = 12.5+0.8x | \hat{y} = 0.8+12.5x
        y = -\frac34x+6 | y = \frac34 x + 6
        x = \frac53 | x = 1.67
        x = \frac53 | \frac35
        x^2 = xy | x = y
        y = \frac{x+1}{x-1} | y = \frac{x-1}{x+1}
        r = 2\sin\theta | r = 2\cos\theta
        \vec{F} = q\vec{v}\times\vec{B} | \vec{F} = q\vec{B}\times\vec{v}
        x \equiv 3 \pmod{7} | x \equiv 4 \pmod 7
        x \equiv 3 \pmod{7} | x \equiv 3 \pmod 5
        x \equiv 3 \pmod{7} | x = 3
        \sin\theta = \frac35 | \cos\theta = \frac35
        \frac{1}{f} = \frac{1}{d_o}+\frac{1}{d_i} | f = d_o + d_i
        x = 2, y = 3 | x = 3, y = 2
        3x - y + 13 = 0 | 3x + 4y + 14 = 0
        y = 2x | y = 3x
        x=2 or x=-3 | x=2
        x^2 + y^2 = 4 | x^2 + y^2 = 2
        y = mx + b | y = mx - b
        s = ut + \frac12 at^2 | s = ut + at^2
        F = -kx | F = kx
        \lambda = \frac{h}{p} | \lambda = \frac{p}{h}
        \lambda = \frac{h}{p} | f = \frac{h}{p}
        \Delta G = \Delta H - T\Delta S | \Delta G = \Delta H + T\Delta S
        \Delta G = \Delta H - T\Delta S | \Delta G = \Delta H - T S
        \Delta G^\circ = -RT\ln K | \Delta G = -RT\ln K
        \bar{x} = 5 | x = 5
        \mu = 4.5 | \sigma = 4.5
        x^2+y^2+z^2 = 9 | x^2+y^2+z^2 = 3
        y = (x-3)^2+2 | y = (x+3)^2+2
        y = 4 | x = 4
        x = \frac{\pi}{4}+n\pi | x = \frac{\pi}{4}+2n\pi
        x = \frac{\pi}{4}+n\pi | x = \frac{\pi}{3}+n\pi
        x = \frac{\pi}{4}+n\pi | x = \frac{\pi}{4}
        N(t) = N_0e^{-\lambda t} | N(t) = N_0e^{\lambda t}
        T(t) = 70+130e^{-0.05t} | T(t) = 70+200e^{-0.05t}
        a_n = 2a_{n-1}+1 | a_n = 2a_{n-1}
        a_n = 2a_{n-1}+1 | a_n = 2a_{n-2}+1
        y = C_1e^{2x}+C_2e^{-x} | y = C_1e^{2x}
        y = C_1e^{2x}+C_2e^{-x} | y = C_1e^{-2x}+C_2e^{x}
        y = \frac{1}{x+C} | y = \frac{1}{x}+C
        xy' + y = 0 | xy' - y = 0
        E_n = -\frac{13.6}{n^2} | E_n = \frac{13.6}{n^2}
        f'(x) = 6x^2-4 | f(x) = 6x^2-4
        f'(x) = 6x^2-4 | f''(x) = 6x^2-4
        \frac{dy}{dx} = -\frac{x}{y} | \frac{dx}{dy} = -\frac{x}{y}
        \frac{dy}{dx} = -\frac{x}{y} | -\frac{y}{x}
        \theta = 30^\circ | 30 \text{ rad}
        \theta = 30^\circ | \phi = 30^\circ
        \theta = 30^\circ | \frac{\pi}{3}
        V = \frac43\pi r^3 | V = \frac43\pi r^2
        \frac{x}{3}=\frac{y}{4} | 3x = 4y
        C = \frac59(F-32) | F = \frac59C + 32
        x = \frac{3+\sqrt5}{2} | \frac{3-\sqrt5}{2}
        x = \frac{3+\sqrt5}{2} | \frac{3\pm\sqrt5}{2}
        x = 5 | x > 5
        x = 5 | x \ge 5
        x = 5 | x \ne 5
        x = 5 | x \approx 4
        x = 5 | -x = 5
        x = 5 | 5y
        x = 5 | no solution
        y = 2x | y \le 2x
        y = 2x | y = 2x + C
        x^2-4=0 | x = 2
        x^2-4=0 | x^2+4=0
        z = re^{i\theta} | z = re^{-i\theta}
        k = 2 | K = 2
        t_1 = 3 | t_2 = 3
        x = 0.5 | x = 5
        p = 12 | P = 13
        (x-2)^2+(y-3)^2=16 | (x-2)^2+(y-3)^2=4
        \frac{x^2}{9}+\frac{y^2}{4}=1 | \frac{x^2}{4}+\frac{y^2}{9}=1
        t_{1/2} = 5730 years | 5730 days
        v = 20 m/s | 20 km/h
        y = 4 t | 4
        y = 2 xyz | 2
    """,
    "complex": r"""
        3+4i | 3-4i
        3+4i | 4+3i
        3+4i | -3+4i
        3+4i | 5
        3+4i | 7
        3+4i | 3+4
        3+4i | 3, 4
        3+4i | (3,4)
        3+4i | 3+4k
        3+4i | 3+4i or 3-4i
        3+4i | 3 \pm 4i
        3+4i | i
        i | 1
        i | -i
        i | j or k
        -1 | e^{i\pi/2}
        2i | (1-i)^2
        2i | 2
        5\angle 53.13^\circ | 5\angle 36.87^\circ
        5\angle 53.13^\circ | 4\angle 53.13^\circ
        5\angle 53.13^\circ | 4+3j
        10\angle -30^\circ | 10\angle 30^\circ
        10\angle -30^\circ | 5-5\sqrt3 j
        2e^{i\pi/4} | 2e^{-i\pi/4}
        2e^{i\pi/4} | 2e^{i\pi/3}
        2e^{i\pi/4} | 2+2i
        1.41+1.41i | 1.41+1.42i
        1.41+1.41i | 1.4+1.4i
        \sqrt{2}+i\sqrt{2} | 1.41+1.41i
        \sqrt{2}+i\sqrt{2} | 1.415+1.414i
        \frac{3}{25} - \frac{4}{25}i | \frac{3+4i}{25}
        \frac{3}{25} - \frac{4}{25}i | \frac{1}{3-4i}
        (2-1.5j)\text{ k}\Omega | 2-1.5j Ω
        (2-1.5j)\text{ k}\Omega | (2-1.5j)\text{ kV}
        50+30j\ \Omega | 30+50j\ \Omega
        3i | \sqrt{9}
        3i | -\sqrt{-9}
        5-12i | 5+12i
        a+bi | a-bi
        -8i | 8e^{i\pi/2}
        \pm 2i | 2i
        \pm 2i | \pm 2
        2\pm 3i | 3 \pm 2i
        2\pm 3i | 2+3i
        2\pm 3i | 2+3i, 2+3i
        4+4\sqrt{3}i | 8\operatorname{cis}\frac{\pi}{6}
        4+4\sqrt3 i | 8\operatorname{cis}(30^\circ)
        \frac{1+i}{\sqrt2} | \frac{1-i}{\sqrt2}
        1+2i | 1+2
        0.6+0.8i | 0.8+0.6i
        -i | i
        1.41 + 1.41i | 1.41 + 1.42i
        -2+2i | 2\sqrt2 e^{i\pi/4}
        -2+2i | 2-2i
        -2+2i | -2-2i
        -2+2i | 2+2i
        -2+2i | (-2,2)
        -2+2i | -2+2
        2.5-1.5i | 2.5+1.5i
        2.5-1.5i | 2.4-1.5i
        4.47\angle 63.4^\circ | 4.47\angle 26.6^\circ
        4.47\angle 63.4^\circ | 4.47\angle -63.4^\circ
        4.47\angle 63.4^\circ | 4.47
        100\angle 36.87^\circ \text{ V} | 100\angle 36.87^\circ \text{ A}
        8+6j\ \Omega | 8+6j\ \text{k}\Omega
        10+j5 | 10-j5
        10+j5 | 5+j10
        10 + j5 | 15
        j | 1
        R + j\omega L | R - j\omega L
        R + j\omega L | R + \omega L
        1 - i | \sqrt2 e^{i\pi/4}
        5-12i | (3+2i)^2
        \frac75+\frac15i | \frac15+\frac75i
        \frac75+\frac15i | 1.4-0.2i
        e^{2\pi i/3} | e^{\pi i/3}
        e^{2\pi i/3} | -\frac12-\frac{\sqrt3}{2}i
        1,-1,i,-i | 1,-1,i
        -1\pm 2i | 1\pm 2i
        -1\pm 2i | -1+2i
        -1\pm 2i | -2 \pm i
        \frac{i}{2} | \frac{2}{i}
        3e^{-i\pi/2} | 3i
        6.40e^{0.896i} | 6.40e^{0.986i}
        \ln 5 + i\pi | \ln 5 - i\pi
        3+4i | |3+4i|
        3+4i | 3i+4
        3+4i | 3+4i+1
        3+4i | a+bi
        3+4i | 3.1+4i
        3+4i | 3+4.0001i
        2+3i | 2-3i or 2+3i
    """,
    "defined nowhere": r"""
        x^2 | \frac{x}{0}
        x+y | \frac{x+y}{y-y}
    """,
    "measured exponents": r"""
        2.0x^{1.7} | 2.0x^{1.74}
        3.2x^{0.7} | 3.2x^{0.72}
    """,
    "decimals for exact values": r"""
        x + 3.91 | x + \log 50
        y = \frac{x}{3} | y = 0.33x
    """,
}

GENERAL_SOLUTION = "Find the general solution of the differential equation."
WITH_QUESTION = [
    # gold, answer, question, outcome: what is an arbitrary constant, the question says.
    ("C e^{x^2}", "K e^{x^2}", GENERAL_SOLUTION, "correct"),
    ("C e^{x^2}", "3C e^{x^2}", GENERAL_SOLUTION, "correct"),
    ("C e^{x^2}", "K e^{x^2}", "What is the charge on the plate?", "incorrect"),
    (r"A\cos x + B\sin x", r"B\cos x + A\sin x", GENERAL_SOLUTION, "correct"),
    (r"A\cos x + B\sin x", r"A\cos x - B\sin x", GENERAL_SOLUTION, "correct"),
    (r"A\cos x + B\sin x", r"A\cos x + A\sin x", GENERAL_SOLUTION, "incorrect"),
    (r"A\cos x + B\sin x", r"A\cos x + B\sin 2x", GENERAL_SOLUTION, "incorrect"),
    ("y = C e^{-2x} + x", "y = x + A e^{-2x}", GENERAL_SOLUTION, "correct"),
    ("y = C e^{-2x} + x", "y = 2x + A e^{-2x}", GENERAL_SOLUTION, "incorrect"),
]


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer", "question", "expected"), WITH_QUESTION)
def test_the_question_tells_which_constants_are_arbitrary(gold: str, answer: str, question: str, expected: str) -> None:
    assert decide(gold, answer, question=question).outcome == expected


def test_a_value_under_another_name_is_another_answer() -> None:
    outcomes = [decide("F = 3x+1", f"{name} = 3x+1", answer_type=AnswerType.EXPRESSION).outcome for name in "FG"]
    assert outcomes == ["correct", "incorrect"]


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [(r"\int_0^1 e^{-x^2}dx", "0.7468", "correct"), ("x + y", r"\mathcal{F} \oint q", "undecided")],
)
def test_computer_algebra_reads_the_gold_as_gold(gold: str, answer: str, expected: str) -> None:
    finding = decide(gold, answer, algebra=decide_algebra)
    assert finding.outcome == expected
    assert finding.reason != "gold_unparsable"
